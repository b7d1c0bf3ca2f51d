//! What the kernel says about a node: where it is plugged in, and the numbers on the device itself.
//!
//! Every provider names the kernel's node one way or the other, so these facts are the same whoever lists a
//! device. Reads `/sys`; the root is a parameter, so that tests bring their own.

use std::fs;
use std::path::{Path, PathBuf};

/// A kernel node by the name that it has at present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `videoN`
    Video(String),
    /// The number of a sound card.
    Card(u32),
}

/// The numbers that a USB device carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usb {
    pub vendor: String,
    pub product: String,
    /// Missing from many, and the same on all devices of some models.
    pub serial: Option<String>,
    /// The interface of the function: one USB device may hold two cameras.
    pub interface: String,
}

/// The kernel's facts about one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hardware {
    /// The node's own directory: gone when it is unplugged.
    pub node: PathBuf,
    /// `MAJOR:MINOR` of a video node.
    pub number: Option<String>,
    /// Where it is plugged in, in a form that no renumbering changes. `None` for what is plugged in
    /// nowhere, such as v4l2loopback.
    pub port: Option<String>,
    /// The name that the driver gave: the card's id, or the video node's name.
    pub name: String,
    /// Which of the nodes of one function; 0 for a card.
    pub index: u32,
    /// The USB or PCI device that it is a part of.
    pub unit: Option<String>,
    pub usb: Option<Usb>,
}

impl Hardware {
    /// Looks a node up. `None`: there is no such node, or no `/sys` to read.
    pub fn look_up(sys: &Path, place: &Place) -> Option<Self> {
        let (class, name_file) = match place {
            Place::Video(name) => (sys.join("class/video4linux").join(name), "name"),
            Place::Card(number) => (sys.join(format!("class/sound/card{number}")), "id"),
        };
        let node = fs::canonicalize(class).ok()?;
        let function = fs::canonicalize(node.join("device")).ok();
        let usb_device = function.as_deref().and_then(|f| ancestor(f, is_usb_device));
        let pci_device = function.as_deref().and_then(|f| ancestor(f, is_pci_device));
        let usb = usb_device.and_then(|device| {
            Some(Usb {
                vendor: read(device, "idVendor")?,
                product: read(device, "idProduct")?,
                serial: read(device, "serial"),
                interface: read(function.as_deref()?, "bInterfaceNumber").unwrap_or_default(),
            })
        });
        let unit = usb_device.or(pci_device);
        Some(Self {
            number: read(&node, "dev"),
            port: function.as_deref().map(|function| port(sys, function)),
            name: read(&node, name_file).unwrap_or_default(),
            index: read(&node, "index")
                .and_then(|index| index.parse().ok())
                .unwrap_or(0),
            unit: unit.map(|unit| unit.to_string_lossy().into_owned()),
            usb,
            node,
        })
    }

    /// Whether the kernel still has it.
    pub fn is_there(&self) -> bool {
        self.node.exists()
    }
}

fn read(directory: &Path, file: &str) -> Option<String> {
    let bytes = fs::read(directory.join(file)).ok()?;
    let text = String::from_utf8_lossy(&bytes).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn ancestor(function: &Path, is: fn(&Path) -> bool) -> Option<&Path> {
    function.ancestors().find(|directory| is(directory))
}

fn is_usb_device(directory: &Path) -> bool {
    directory.join("idVendor").exists()
}

fn is_pci_device(directory: &Path) -> bool {
    let subsystem = fs::canonicalize(directory.join("subsystem"));
    subsystem.is_ok_and(|subsystem| subsystem.ends_with("bus/pci"))
}

/// The path of a function below `/sys/devices`. USB buses are numbered in the order in which their controllers
/// are found, so only the controller and the chain of ports are kept, as udev does for `by-path` links.
fn port(sys: &Path, function: &Path) -> String {
    let devices = fs::canonicalize(sys.join("devices"));
    let below = devices
        .as_deref()
        .ok()
        .and_then(|devices| function.strip_prefix(devices).ok())
        .unwrap_or(function);
    let mut parts = Vec::new();
    for part in below.iter().map(|part| part.to_string_lossy()) {
        let bus = part.strip_prefix("usb");
        if bus
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        {
            let last = function.file_name().unwrap_or_default().to_string_lossy();
            let ports = last.split_once('-').map_or(&*last, |(_, ports)| ports);
            parts.push(format!("usb-{ports}"));
            break;
        }
        parts.push(part.into_owned());
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A directory that goes away with the test.
    struct Sys(PathBuf);

    impl Sys {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("sys-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&root);
            fs::create_dir_all(root.join("bus/pci")).unwrap();
            fs::create_dir_all(root.join("devices")).unwrap();
            Self(root)
        }

        fn file(&self, path: &str, content: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("{content}\n")).unwrap();
        }

        fn link(&self, path: &str, target: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            symlink(self.0.join(target), path).unwrap();
        }
    }

    impl Drop for Sys {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// A USB camera with a microphone on bus `bus`, as the kernel shows it.
    fn webcam(sys: &Sys, bus: u32) {
        let controller = "devices/pci0000:00/0000:00:14.0";
        sys.link(&format!("{controller}/subsystem"), "bus/pci");
        let usb = format!("{controller}/usb{bus}/{bus}-2/{bus}-2.3");
        sys.file(&format!("{usb}/idVendor"), "f055");
        sys.file(&format!("{usb}/idProduct"), "0101");
        sys.file(&format!("{usb}/serial"), "RIG0001");
        let camera = format!("{usb}/{bus}-2.3:1.0");
        sys.file(&format!("{camera}/bInterfaceNumber"), "00");
        let node = format!("{camera}/video4linux/video4");
        sys.file(&format!("{node}/index"), "0");
        sys.file(&format!("{node}/dev"), "81:4");
        sys.file(&format!("{node}/name"), "Rig Camera: Rig Camera");
        sys.link(&format!("{node}/device"), &camera);
        sys.link("class/video4linux/video4", &node);
        let microphone = format!("{usb}/{bus}-2.3:1.2");
        sys.file(&format!("{microphone}/bInterfaceNumber"), "02");
        let card = format!("{microphone}/sound/card1");
        sys.file(&format!("{card}/id"), "Camera");
        sys.link(&format!("{card}/device"), &microphone);
        sys.link("class/sound/card1", &card);
    }

    #[test]
    fn a_webcam_is_one_unit_with_two_functions() {
        let sys = Sys::new("webcam");
        webcam(&sys, 1);
        let camera = Hardware::look_up(&sys.0, &Place::Video("video4".into())).unwrap();
        let microphone = Hardware::look_up(&sys.0, &Place::Card(1)).unwrap();
        assert_eq!(camera.unit, microphone.unit);
        assert_eq!(camera.number.as_deref(), Some("81:4"));
        assert_eq!(
            camera.port.as_deref(),
            Some("pci0000:00/0000:00:14.0/usb-2.3:1.0")
        );
        let usb = camera.usb.clone().unwrap();
        assert_eq!(usb.serial.as_deref(), Some("RIG0001"));
        assert_eq!((usb.interface.as_str(), camera.index), ("00", 0));
        assert_eq!(microphone.usb.unwrap().interface, "02");
        assert_eq!(microphone.name, "Camera");
        assert!(camera.is_there());
        fs::remove_dir_all(&camera.node).unwrap();
        assert!(!camera.is_there());
    }

    #[test]
    fn the_number_of_the_bus_does_not_matter() {
        let ports = [1, 7].map(|bus| {
            let sys = Sys::new(&format!("bus{bus}"));
            webcam(&sys, bus);
            let place = Place::Video("video4".into());
            Hardware::look_up(&sys.0, &place).unwrap().port
        });
        assert_eq!(ports[0], ports[1]);
    }

    #[test]
    fn a_card_on_the_mainboard_belongs_to_its_pci_device() {
        let sys = Sys::new("hda");
        let pci = "devices/pci0000:00/0000:00:1f.3";
        sys.link(&format!("{pci}/subsystem"), "bus/pci");
        sys.file(&format!("{pci}/sound/card0/id"), "PCH");
        sys.link(&format!("{pci}/sound/card0/device"), pci);
        sys.link("class/sound/card0", &format!("{pci}/sound/card0"));
        let card = Hardware::look_up(&sys.0, &Place::Card(0)).unwrap();
        assert!(card.unit.unwrap().ends_with("0000:00:1f.3"));
        assert_eq!(card.port.as_deref(), Some("pci0000:00/0000:00:1f.3"));
        assert_eq!(card.usb, None);
    }

    #[test]
    fn a_node_without_hardware_has_a_name_only() {
        let sys = Sys::new("loopback");
        let node = "devices/virtual/video4linux/video9";
        sys.file(&format!("{node}/name"), "OBS Virtual Camera");
        sys.link("class/video4linux/video9", node);
        let loopback = Hardware::look_up(&sys.0, &Place::Video("video9".into())).unwrap();
        assert_eq!(loopback.name, "OBS Virtual Camera");
        assert_eq!((loopback.port, loopback.unit), (None, None));
        let nothing = Place::Video("video0".into());
        assert_eq!(Hardware::look_up(&sys.0, &nothing), None);
    }
}
