//! Prints what a camera and a microphone are set to.

use gio::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    gst::init()?;
    let devices = gst::DeviceProviderFactory::by_name("mediadeviceprovider")
        .ok_or("GST_PLUGIN_PATH does not lead to the plugin")?;
    let promise = gst::Promise::new();
    let json = r#"{"video": {"width": 640}, "audio": true}"#;
    devices.emit_by_name::<()>("get-user-media", &[&json, &promise]);
    promise.wait();
    let reply = promise.get_reply().ok_or("no reply")?;
    let tracks: gio::ListModel = reply.get::<gst::Object>("stream")?.property("tracks");
    for track in tracks.iter::<gst::Object>() {
        let track = track?;
        let settings: gst::Structure = track.emit_by_name("get-settings", &[]);
        println!("{} {settings}", track.property::<String>("label"));
        track.emit_by_name::<()>("stop", &[]);
    }
    Ok(())
}
