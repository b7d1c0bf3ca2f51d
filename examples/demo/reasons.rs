//! The answer to "why this mode?". It is in the log at INFO; here it is taken from there, so that it
//! can be printed where it belongs.

use std::sync::{Arc, Mutex, PoisonError};

/// The category under which devices are chosen.
const CATEGORY: &str = "mediastream";

/// What was logged about choices since [`Reasons::collect`].
pub struct Reasons {
    lines: Arc<Mutex<Vec<String>>>,
    function: Option<gst::log::DebugLogFunction>,
}

impl Reasons {
    /// Listens from now on.
    pub fn collect() -> Self {
        if std::env::var_os("GST_DEBUG").is_none() {
            // It would print everything a second time.
            gst::log::remove_default_log_function();
        }
        gst::log::set_threshold_from_string(&format!("{CATEGORY}:INFO"), false);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let heard = lines.clone();
        let function = gst::log::add_log_function(move |category, _, _, _, _, _, message| {
            let Some(text) = message.get().filter(|_| category.name() == CATEGORY) else {
                return;
            };
            if text.contains(": chosen") {
                let mut lines = heard.lock().unwrap_or_else(PoisonError::into_inner);
                lines.push(text.to_string());
            }
        });
        Self {
            lines,
            function: Some(function),
        }
    }

    /// Prints what was heard.
    pub fn print(&self) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines.iter().flat_map(|text| text.lines()) {
            println!(
                "  {}",
                line.split(' ').map(short).collect::<Vec<_>>().join(" ")
            );
        }
    }
}

/// Without most of a long id.
fn short(word: &str) -> String {
    match word
        .get(..9)
        .filter(|begin| begin.starts_with('"') && word.len() > 40)
    {
        Some(begin) => format!("{begin}…\","),
        None => word.into(),
    }
}

impl Drop for Reasons {
    fn drop(&mut self) {
        if let Some(function) = self.function.take() {
            gst::log::remove_log_function(function);
        }
    }
}
