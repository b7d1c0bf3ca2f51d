//! Which of a mixer's capture switches cuts a microphone off. Pure.

/// An element of a mixer that has a capture switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    /// What `amixer` calls it.
    pub name: String,
    /// Among those of the same name.
    pub index: u32,
    /// Whether at least one of its channels passes.
    pub is_on: bool,
}

impl Element {
    fn is_digital_microphone(&self) -> bool {
        is_digital_microphone(&self.name)
    }

    fn is_microphone(&self) -> bool {
        self.name.to_lowercase().contains("mic")
    }
}

fn is_digital_microphone(name: &str) -> bool {
    name.to_lowercase().contains("dmic")
}

/// Whether the PCM called `pcm` hears nothing because of a switch; `None` if no switch is on its way.
///
/// ALSA does not say which switch belongs to which PCM. Its names do, by convention:
///
/// - The digital microphones of a laptop have PCMs and switches of their own, called `DMIC` and `Dmic0`,
///   beside those of the analog input, and neither cuts the other.
/// - `Capture` stands behind the choice of an input, so that it alone decides. A second one, `Capture,1`, belongs
///   to a converter that hardly anything uses, and PipeWire takes the first as well.
/// - Without one, the switches of the inputs count: of the microphones, or else of whatever there is. One that
///   is open may be the one in use, so all must be off.
pub(super) fn is_cut(elements: &[Element], pcm: &str) -> Option<bool> {
    let digital = is_digital_microphone(pcm);
    let own = |element: &&Element| element.is_digital_microphone() == digital;
    let own: Vec<_> = elements.iter().filter(own).collect();
    let master = own.iter().filter(|element| element.name == "Capture");
    if let Some(master) = master.min_by_key(|element| element.index) {
        return Some(!master.is_on);
    }
    let has_microphones = own.iter().any(|element| element.is_microphone());
    let mut inputs = own
        .into_iter()
        .filter(|element| !has_microphones || element.is_microphone())
        .peekable();
    inputs.peek()?;
    Some(inputs.all(|element| !element.is_on))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Name` or `Name,1`, with `-` before it if it is off.
    fn cut(elements: &[&str], pcm: &str) -> Option<bool> {
        let parse = |text: &&str| {
            let name = text.trim_start_matches('-');
            let (name, index) = name.split_once(',').unwrap_or((name, "0"));
            Element {
                name: name.to_owned(),
                index: index.parse().unwrap(),
                is_on: !text.starts_with('-'),
            }
        };
        let elements: Vec<_> = elements.iter().map(parse).collect();
        is_cut(&elements, pcm)
    }

    #[test]
    fn the_switch_behind_the_inputs_decides() {
        assert_eq!(cut(&["Mic", "-Capture"], "ALC257 Analog"), Some(true));
        assert_eq!(cut(&["-Mic", "Capture"], "ALC257 Analog"), Some(false));
        assert_eq!(cut(&["Capture,1", "-Capture"], "Analog"), Some(true));
    }

    #[test]
    fn without_it_all_microphones_must_be_off() {
        assert_eq!(cut(&["-Mic"], "USB Audio"), Some(true));
        assert_eq!(cut(&["-Headset Mic", "Internal Mic"], ""), Some(false));
        assert_eq!(cut(&["Line", "-Mic", "-Synth"], "Dummy PCM"), Some(true));
    }

    #[test]
    fn without_microphones_all_inputs_must_be_off() {
        assert_eq!(cut(&["-Line", "IEC958"], "USB Audio"), Some(false));
        assert_eq!(cut(&["-Line", "-IEC958"], "USB Audio"), Some(true));
        assert_eq!(cut(&[], "Loopback PCM"), None);
    }

    #[test]
    fn digital_microphones_have_switches_of_their_own() {
        let laptop = ["-Capture", "Dmic0"];
        assert_eq!(cut(&laptop, "DMIC (*)"), Some(false));
        assert_eq!(cut(&laptop, "HDA Analog (*)"), Some(true));
        assert_eq!(cut(&["Capture"], "DMIC Raw (*)"), None);
    }
}
