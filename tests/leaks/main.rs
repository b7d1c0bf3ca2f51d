//! Nothing stays alive behind pipelines that were started and stopped at any moment, or whose devices were
//! lost, stalled or hung, and nothing is said at the level of warnings.

mod tracer;

/// What lives as long as the process: the list of devices.
const LIST: [&str; 5] = [
    "GstFakeMediaDeviceProvider",
    "GstFakeMediaDevice",
    "GstBus",
    "GstCaps",
    "GstMessage",
];

#[test]
fn a_hundred_random_runs_leave_nothing_behind() {
    tracer::leaves_nothing("random_states.py", "fake", &LIST);
}

#[test]
fn every_fault_leaves_nothing_behind() {
    tracer::leaves_nothing("faults.py", "fake", &LIST);
}

#[test]
fn films_leave_nothing_behind() {
    tracer::leaves_nothing("media_element.py", "fake", &LIST);
}

#[test]
fn canvases_leave_nothing_behind() {
    tracer::leaves_nothing("canvas.py", "fake", &LIST);
}
