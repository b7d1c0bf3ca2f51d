// The part of the scenario with a media element: its track lists.

import GLib from 'gi://GLib';
import Gst from 'gi://Gst?version=1.0';

import {LIMIT, check, items, say, show, until} from './script.js';

const FILM = `
    matroskamux name=mux ! filesink name=file
    videotestsrc num-buffers=15 ! video/x-raw,width=64,height=48,framerate=15/1 ! vp8enc deadline=1 ! mux.
    audiotestsrc num-buffers=40 ! taginject tags=language-code=en,title=English ! mux.
    audiotestsrc num-buffers=40 ! taginject tags=language-code=de,title=Deutsch ! mux.
`;

function makeFilm(path) {
    const pipeline = Gst.parse_launch(FILM);
    pipeline.get_by_name('file').location = path;
    pipeline.set_state(Gst.State.PLAYING);
    const message = pipeline.get_bus().timed_pop_filtered(LIMIT * Gst.SECOND,
        Gst.MessageType.EOS | Gst.MessageType.ERROR);
    check(message?.type === Gst.MessageType.EOS, 'the film is made');
    pipeline.set_state(Gst.State.NULL);
}

function printLists(when, audio, video, rest = '') {
    say(`${when}: ${audio.length} audio, ${video.get_n_items()} video, selected ${video.selected_index}${rest}`);
}

function printMediaTrack(kind, tracks, track, onOff) {
    const found = tracks.emit('get-track-by-id', track.id) === track;
    say(`${kind}: ${track.kind} ${show(track.label)}, language ${show(track.language)}, ${onOff} ${track[onOff]},` +
        ` found ${found}, source buffer ${show(track.source_buffer)}`);
}

function watch(film) {
    const element = Gst.parse_launch('mediaelementsrc');
    element.uri = Gst.filename_to_uri(film);
    const [audio, video] = [element.audio_tracks, element.video_tracks];
    const events = [];
    for (const [kind, tracks] of [['audio', audio], ['video', video]]) {
        for (const event of ['change', 'addtrack', 'removetrack'])
            tracks.connect(event, () => void events.push(`${event} of ${kind}`));
    }
    const printThree = () => {
        until('three events', () => events.length === 3);
        say(events.splice(0).join(', '));
    };
    printLists('before', audio, video);
    element.set_state(Gst.State.PAUSED);
    printThree();
    items(video).forEach(track => printMediaTrack('video', video, track, 'selected'));
    items(audio).forEach(track => printMediaTrack('audio', audio, track, 'enabled'));
    const none = ['', null].map(id => show(audio.emit('get-track-by-id', id)));
    say(`selected ${video.selected_index}, not found ${none.join(', ')}`);
    // The tracks in the user's language, and no pictures.
    for (const track of items(audio)) {
        track.enabled = track.language === 'de';
        track.enabled = track.language === 'de';
    }
    video.get_item(0).selected = false;
    printThree();
    say(`enabled ${items(audio).map(track => track.enabled).join(', ')}, selected ${video.selected_index}`);
    const stream = element.emit('capture-stream');
    until('a captured track', () => stream.tracks.get_n_items() === 1);
    const captured = items(stream.tracks).map(track => `${track.kind} ${show(track.label)}`);
    say(`captured: active ${stream.active}, ${captured.join(', ')}`);
    element.set_state(Gst.State.NULL);
    printLists('after', audio, video, events.length === 0 ? ', no events' : '');
}

export function mediaElement() {
    say('== mediaElement');
    const film = GLib.build_filenamev([GLib.dir_make_tmp('film-XXXXXX'), 'film.mkv']);
    makeFilm(film);
    try {
        watch(film);
    } finally {
        GLib.unlink(film);
        GLib.rmdir(GLib.path_get_dirname(film));
    }
}
