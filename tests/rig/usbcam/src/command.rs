//! The commands, one a line.

use std::str::FromStr;

/// What a line asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    Plug,
    Unplug,
    Quit,
    Device(DeviceCommand),
}

/// What the device itself does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DeviceCommand {
    /// Answer nothing any more, control requests included: a firmware that hangs.
    Hang(bool),
    /// The shutter before the lens: closed or open.
    Privacy(bool),
    Video(VideoCommand),
    Audio(AudioCommand),
}

/// How the camera behaves from now on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VideoCommand {
    /// As it should: ends all that the other commands began.
    Run,
    /// No data.
    Stall,
    /// Every packet in error.
    Error,
    Black,
    /// This many frames with the error bit set.
    Corrupt(u32),
    /// This many frames of half their length.
    Short(u32),
    /// This many frames a second, whatever was agreed: low light.
    Fps(u32),
}

/// How the microphone behaves from now on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AudioCommand {
    Run,
    Stall,
    Error,
    /// Zeros.
    Silence,
    /// Packets without samples.
    Empty,
}

impl FromStr for Command {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        use {AudioCommand as Audio, VideoCommand as Video};
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |word: &str| {
            word.parse()
                .map_err(|_| format!("'{line}': '{word}' is not a number"))
        };
        let device = match words[..] {
            ["plug"] => return Ok(Command::Plug),
            ["unplug"] => return Ok(Command::Unplug),
            ["quit"] => return Ok(Command::Quit),
            ["hang"] => DeviceCommand::Hang(true),
            ["unhang"] => DeviceCommand::Hang(false),
            ["privacy", "on"] => DeviceCommand::Privacy(true),
            ["privacy", "off"] => DeviceCommand::Privacy(false),
            ["video", "run"] => DeviceCommand::Video(Video::Run),
            ["video", "stall"] => DeviceCommand::Video(Video::Stall),
            ["video", "error"] => DeviceCommand::Video(Video::Error),
            ["video", "black"] => DeviceCommand::Video(Video::Black),
            ["video", "corrupt", count] => DeviceCommand::Video(Video::Corrupt(number(count)?)),
            ["video", "short", count] => DeviceCommand::Video(Video::Short(number(count)?)),
            ["video", "fps", rate] => DeviceCommand::Video(Video::Fps(number(rate)?)),
            ["audio", "run"] => DeviceCommand::Audio(Audio::Run),
            ["audio", "stall"] => DeviceCommand::Audio(Audio::Stall),
            ["audio", "error"] => DeviceCommand::Audio(Audio::Error),
            ["audio", "silence"] => DeviceCommand::Audio(Audio::Silence),
            ["audio", "empty"] => DeviceCommand::Audio(Audio::Empty),
            _ => return Err(format!("unknown command: '{line}'")),
        };
        Ok(Command::Device(device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_words_and_numbers() {
        assert_eq!("unplug".parse(), Ok(Command::Unplug));
        assert_eq!(
            " video  fps 3".parse(),
            Ok(Command::Device(DeviceCommand::Video(VideoCommand::Fps(3))))
        );
    }

    #[test]
    fn says_what_it_does_not_know() {
        assert!(
            "video fps many"
                .parse::<Command>()
                .unwrap_err()
                .contains("many")
        );
        assert!(
            "explode"
                .parse::<Command>()
                .unwrap_err()
                .contains("explode")
        );
    }
}
