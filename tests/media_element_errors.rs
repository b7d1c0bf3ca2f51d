//! What cannot be played is a clear error of `mediaelementsrc`, and nothing hangs.

mod common;
#[path = "common/film.rs"]
mod film;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use common::Play;
use film::{Film, Grey, RATE, SOUND, Tone, listen, player, tones};
use gst::prelude::*;

/// Plays it, and has to be refused.
#[track_caller]
fn error_of(uri: Option<&str>) -> (gst::glib::Error, String) {
    let play = Play::parse("mediaelementsrc name=e e.video ! fakesink");
    play.element("e").set_property("uri", uri);
    let _ = play.pipeline.set_state(gst::State::Playing);
    let (error, details) = play.error();
    assert_eq!(details.get("name"), Ok("NotSupportedError"));
    let _ = play.pipeline.set_state(gst::State::Null);
    let text = error.message().to_owned();
    if let Some(uri) = uri {
        assert!(text.contains(uri), "{text}");
    }
    (error, text)
}

#[test]
fn what_is_no_uri_or_has_no_source_is_said() {
    let (error, text) = error_of(None);
    assert!(error.matches(gst::ResourceError::NotFound), "{text}");
    let (error, text) = error_of(Some("/tmp/film.mkv"));
    assert!(error.matches(gst::ResourceError::Settings), "{text}");
    let (error, text) = error_of(Some("nonsense://film"));
    assert!(error.matches(gst::CoreError::MissingPlugin), "{text}");
    let (error, text) = error_of(Some("file:///nowhere/film.mkv"));
    assert!(error.matches(gst::ResourceError::NotFound), "{text}");
}

#[test]
fn what_is_no_media_is_said() {
    let film = Film::new(&[Grey::new(200).lasting(2)], &[]);
    std::fs::write(&film.path, "This is a text.\n".repeat(100)).expect("it is written");
    let (error, text) = error_of(Some(&film.uri()));
    assert!(error.is::<gst::StreamError>(), "{text}");
    std::fs::write(&film.path, []).expect("it is written");
    error_of(Some(&film.uri()));
}

#[test]
fn a_file_that_is_cut_in_its_head_is_said_to_be_damaged() {
    let film = Film::new(&[Grey::new(200)], &[Tone::new(440, "en", "")]);
    film.cut(600);
    let (error, text) = error_of(Some(&film.uri()));
    assert!(error.is::<gst::StreamError>(), "{text}");
}

/// What there is of it is played, and then it is said that there should have been more.
#[test]
fn a_file_that_is_cut_short_is_played_and_said_to_be_cut_short() {
    let film = Film::new(&[Grey::new(200)], &[Tone::new(440, "en", "")]);
    let size = std::fs::metadata(&film.path).expect("it is there").len();
    film.cut(size / 2);
    let play = player(&film, "queue name=video ! fakesink sync=true");
    play.play();
    let mut is_told = false;
    play.wait("EOS", |message| {
        if let gst::MessageView::Warning(warning) = message.view() {
            let text = warning.error().message().to_owned();
            is_told |= text.contains(&film.uri()) && text.contains("cut short");
        }
        message.type_() == gst::MessageType::Eos
    });
    assert!(is_told);
}

#[test]
fn what_waits_for_a_kind_that_there_is_not_is_told() {
    for (film, waits, other) in [
        (Film::new(&[Grey::new(200)], &[]), "audio", "video"),
        (
            Film::new(&[], &[Tone::new(440, "en", "")]),
            "video",
            "audio",
        ),
    ] {
        let lines = [
            format!("e.{waits} ! queue ! {waits}convert ! fakesink"),
            format!("e.{waits} ! {waits}convert ! fakesink e.{other} ! queue ! fakesink"),
        ];
        for line in lines {
            let play = Play::parse(&format!("mediaelementsrc name=e {line}"));
            play.element("e").set_property("uri", film.uri());
            play.play();
            let (error, _) = play.error();
            assert!(error.matches(gst::StreamError::WrongType), "{error}");
            assert!(error.message().contains(&format!("no {waits}")), "{error}");
        }
        let play = player(&film, "");
        play.play();
        play.eos();
    }
}

/// Text tracks and what cannot be decoded are left out; the others go on.
#[test]
fn what_cannot_be_decoded_is_left_out() {
    let film = Film::new(&[Grey::new(200).lasting(1)], &[]);
    let line = format!(
        "matroskamux name=m ! filesink location=\"{}\" \
         audiotestsrc freq=440 volume=0.25 num-buffers=20 samplesperbuffer=4800 \
         ! audio/x-raw,rate=48000,channels=1 ! flacenc ! queue ! m. \
         fakesrc num-buffers=10 sizetype=fixed filltype=pattern format=time datarate=10 \
         ! audio/x-tta,rate=48000,channels=2,width=16 ! queue ! m.",
        film.path.display()
    );
    Play::start(&line).eos();
    let play = player(
        &film,
        &format!(
            "queue name=audio ! audioconvert ! audioresample ! {SOUND} \
             ! appsink name=sound wait-on-eos=false"
        ),
    );
    play.play();
    let missing = play.wait("missing-plugin", |message| {
        message
            .structure()
            .is_some_and(|s| s.name() == "missing-plugin")
    });
    assert!(missing.structure().is_some_and(|s| s.has_field("detail")));
    listen(&play, "sound", RATE / 2);
    assert_eq!(tones(&listen(&play, "sound", RATE / 2), &[440]), [440]);
}

/// Answers one request after the other with `answer`.
fn server(answer: impl Fn(&mut TcpStream, &str) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                request.push(byte[0]);
            }
            let request = String::from_utf8_lossy(&request).to_lowercase();
            answer(&mut stream, &request);
        }
    });
    format!("http://{address}/film.mkv")
}

#[test]
fn a_file_behind_http_is_played() {
    let film = Film::new(
        &[Grey::new(200).lasting(5)],
        &[Tone::new(440, "en", "").lasting(5)],
    );
    let data = std::fs::read(&film.path).expect("it is there");
    let uri = server(move |stream, request| {
        let from = request.split("range: bytes=").nth(1);
        let from = from.and_then(|range| range.split('-').next()?.parse().ok());
        let (from, total) = (from.unwrap_or(0).min(data.len()), data.len());
        let head = format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\nAccept-Ranges: bytes\r\n\
             Content-Range: bytes {from}-{}/{total}\r\nConnection: close\r\n\r\n",
            total - from,
            total.saturating_sub(1)
        );
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&data[from..]);
    });
    let play =
        Play::parse("mediaelementsrc name=e e.video ! queue ! fakesink e.audio ! queue ! fakesink");
    play.element("e").set_property("uri", uri);
    play.play();
    play.eos();
}

#[test]
fn what_a_server_does_not_have_is_said() {
    let uri = server(|stream, _| {
        let _ = stream
            .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    let (error, text) = error_of(Some(&uri));
    assert!(error.matches(gst::ResourceError::NotFound), "{text}");
}

/// Nothing is waited for where somebody wants it stopped.
#[test]
fn a_server_that_never_answers_holds_up_nobody() {
    let (asked, is_asked) = std::sync::mpsc::channel();
    let uri = server(move |stream, _| {
        let _ = asked.send(stream.try_clone());
    });
    let play = Play::parse("mediaelementsrc name=e e.video ! fakesink");
    play.element("e").set_property("uri", uri);
    play.play();
    let held = is_asked
        .recv_timeout(common::LIMIT.into())
        .expect("it is asked");
    let stopped = play.pipeline.set_state(gst::State::Null);
    stopped.expect("it is stopped");
    drop(held);
}
