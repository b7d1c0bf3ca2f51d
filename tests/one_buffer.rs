//! Readers of one camera in one pipeline get one buffer, for who wants the same gets the same; and what one of them writes
//! into it the other does not see.

mod common;

use std::sync::{Arc, Mutex};

use common::{Play, alone, eventually, fake, user_media};
use gst::prelude::*;
use gstmediastream::media::MediaStreamTrack;

const LABEL: &str = "Fake camera 2";
const MODE: &str = "video/x-raw,format=NV12,width=64,height=48,framerate=30/1";
/// A luma that is out of range, so that the camera never draws it.
const WRITTEN: u8 = 1;

/// What came to each of two readers.
type Seen = Arc<Mutex<[Vec<gst::Buffer>; 2]>>;

/// Two readers in one pipeline, of a track and of its clone; `look` is called with each picture of each.
fn two_readers(
    look: impl Fn(usize, &mut gst::PadProbeInfo) + Send + Sync + 'static,
) -> (Play, [MediaStreamTrack; 2]) {
    fake(LABEL).emit_by_name::<()>("set-modes", &[&MODE]);
    common::settle();
    let json = r#"{"video":{"facingMode":{"exact":"environment"}}}"#;
    let track = user_media(json).get_tracks().remove(0);
    let tracks = [track.clone_track(), track];
    let play = Play::parse(
        "mediatrackvideosrc name=a muted-output=none ! fakesink async=false \
         mediatrackvideosrc name=b muted-output=none ! fakesink async=false",
    );
    let look = Arc::new(look);
    for (at, name) in ["a", "b"].into_iter().enumerate() {
        let element = play.element(name);
        element.set_property("track", &tracks[at]);
        let (pad, look) = (
            element.static_pad("src").expect("a source has one"),
            look.clone(),
        );
        pad.add_probe(gst::PadProbeType::BUFFER, move |_, info| {
            look(at, info);
            gst::PadProbeReturn::Ok
        });
    }
    play.play();
    (play, tracks)
}

fn end(tracks: &[MediaStreamTrack]) {
    tracks.iter().for_each(MediaStreamTrack::stop);
    fake(LABEL).emit_by_name::<()>("set-modes", &[&""]);
    common::settle();
}

#[test]
fn it_is_the_same_for_both() {
    let _alone = alone();
    let seen = Seen::default();
    let written = seen.clone();
    let (play, tracks) = two_readers(move |at, info| {
        // Kept, so that no address comes twice.
        let picture = info.buffer().expect("it is one").clone();
        written.lock().unwrap()[at].push(picture);
    });
    eventually("pictures for both", || {
        seen.lock().unwrap().iter().all(|seen| seen.len() > 20)
    });
    drop(play);
    end(&tracks);
    let seen = seen.lock().unwrap();
    let mut shared = 0;
    for picture in &seen[0] {
        let is_whole = |picture: &gst::Buffer| !picture.flags().contains(gst::BufferFlags::DISCONT);
        let other = seen[1].iter().find(|other| other.pts() == picture.pts());
        // The first of a reader is one of its own: it continues nothing.
        if let Some(other) = other.filter(|other| is_whole(other) && is_whole(picture)) {
            assert_eq!(picture.as_ptr(), other.as_ptr(), "{picture:?}");
            shared += 1;
        }
    }
    assert!(shared > 10, "{shared} pictures came to both");
}

#[test]
fn what_one_writes_the_other_does_not_see() {
    let _alone = alone();
    let seen = Arc::new(Mutex::new([0, 0]));
    let counted = seen.clone();
    let (play, tracks) = two_readers(move |at, info| {
        let picture = info.buffer_mut().expect("it is one");
        {
            let map = picture.map_readable().expect("it is memory");
            assert!(map.iter().all(|byte| *byte != WRITTEN), "reader {at}");
        }
        let is_marked = picture.flags().contains(gst::BufferFlags::MARKER);
        assert!(!is_marked, "reader {at}");
        if at == 0 {
            let own = picture.make_mut();
            own.set_flags(gst::BufferFlags::MARKER);
            own.map_writable().expect("it is memory").fill(WRITTEN);
        }
        counted.lock().unwrap()[at] += 1;
    });
    eventually("pictures for both", || {
        seen.lock().unwrap().iter().all(|seen| *seen > 30)
    });
    drop(play);
    end(&tracks);
}
