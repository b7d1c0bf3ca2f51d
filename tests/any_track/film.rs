//! A film that is long enough for every test, made once.

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::common::Play;

/// Beside what cargo builds; a next run writes it anew.
static PATH: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("any_track.mkv");
    Play::start(&format!(
        "matroskamux name=m ! filesink location=\"{}\" \
         videotestsrc pattern=ball num-buffers=900 ! video/x-raw,format=I420,width=640,height=480,framerate=30/1 \
         ! jpegenc quality=50 ! queue ! m. \
         audiotestsrc samplesperbuffer=4410 num-buffers=300 ! audio/x-raw,rate=44100,channels=2 \
         ! flacenc ! queue ! m.",
        path.display()
    ))
    .eos();
    path
});

pub fn uri() -> String {
    let uri = gst::glib::filename_to_uri(&*PATH, None);
    uri.expect("it is an absolute path").to_string()
}
