//! Devices that are there, but closed to this user.
//!
//! Providers open what they list, so a node without permission is in no list: nothing would tell an
//! application "not allowed" from "not found".

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::DeviceKind;

/// A node of this kind of device that the system does not let this user open, if there is one.
///
/// Opens nodes; asked only when the list has nothing.
pub fn denied(kind: DeviceKind) -> Option<PathBuf> {
    match kind {
        DeviceKind::VideoInput => first_denied(Path::new("/dev"), "video"),
        // Opening a PCM would wait for whoever has it; a card's control never does.
        DeviceKind::AudioInput | DeviceKind::AudioOutput => {
            first_denied(Path::new("/dev/snd"), "controlC")
        }
    }
}

fn first_denied(folder: &Path, prefix: &str) -> Option<PathBuf> {
    let is_node = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let number = name.and_then(|name| name.strip_prefix(prefix));
        number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let entries = std::fs::read_dir(folder).ok()?;
    let mut nodes: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    nodes.retain(is_node);
    nodes.sort();
    nodes.into_iter().find(|node| {
        std::fs::File::open(node).is_err_and(|e| e.kind() == ErrorKind::PermissionDenied)
    })
}

#[cfg(test)]
mod tests {
    use super::first_denied;

    #[test]
    fn what_can_be_opened_is_not_denied() {
        let folder = std::env::temp_dir().join(format!("access-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        for name in ["video0", "video-other"] {
            std::fs::write(folder.join(name), "").expect("a file");
        }
        assert_eq!(first_denied(&folder, "video"), None);
        std::fs::remove_dir_all(&folder).expect("it was made here");
        assert_eq!(first_denied(&folder, "video"), None, "no such folder");
    }
}
