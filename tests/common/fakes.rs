//! The fake devices as an application finds them, and a pipeline on one of them.

use std::sync::Once;

use gst::prelude::*;

/// Long enough for the slowest machine; nothing waits that long unless it is broken.
pub const LIMIT: gst::ClockTime = gst::ClockTime::from_seconds(30);

pub fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gst::init().unwrap();
        gstmediastream::plugin_register_static().unwrap();
    });
}

#[allow(dead_code)]
pub fn provider() -> gst::DeviceProvider {
    init();
    gst::DeviceProviderFactory::by_name("fakemediadeviceprovider").unwrap()
}

/// A fake device by the name that the provider's documentation gives it.
#[allow(dead_code)]
pub fn device(name: &str) -> gst::Device {
    let devices = provider().devices();
    let named = |d: &&gst::Device| d.property::<String>("name-in-provider") == name;
    devices.iter().find(named).expect(name).clone()
}

/// The device's element, the caps, a sink.
#[allow(dead_code)]
pub fn pipeline(device: &gst::Device, caps: &str) -> (gst::Pipeline, gst_app::AppSink) {
    let caps: gst::Caps = caps.parse().unwrap();
    let source = device.create_element(Some("source")).unwrap();
    let sink = gst_app::AppSink::builder().caps(&caps).sync(false).build();
    let pipeline = gst::Pipeline::new();
    pipeline.add_many([&source, sink.upcast_ref()]).unwrap();
    source.link(&sink).unwrap();
    (pipeline, sink)
}

#[allow(dead_code)]
pub fn pull(sink: &gst_app::AppSink) -> gst::Sample {
    sink.try_pull_sample(LIMIT).expect("no buffer in time")
}

/// The code of the first error on the bus.
#[allow(dead_code)]
pub fn first_error(pipeline: &gst::Pipeline) -> gst::glib::Error {
    let bus = pipeline.bus().unwrap();
    let message = bus.timed_pop_filtered(LIMIT, &[gst::MessageType::Error]);
    match message.expect("no error in time").view() {
        gst::MessageView::Error(error) => error.error(),
        other => panic!("{other:?}"),
    }
}
