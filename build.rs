//! Gives the plugin its commit id and release date, as every gst-plugins-rs plugin has them.

fn main() {
    gst_plugin_version_helper::info()
}
