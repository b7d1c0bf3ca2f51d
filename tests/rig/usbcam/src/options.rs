//! The command line.

use std::path::PathBuf;

use crate::descriptors::Identity;
use crate::video::Frame;

pub const USAGE: &str = "\
usbcam [OPTION]...: a USB camera and microphone, plugged into this kernel (needs root and `modprobe vhci-hcd`)
  --commands FIFO          take commands from there, one a line (the FIFO is made):
                             plug | unplug | hang | unhang | quit
                             video run | stall | error | black | corrupt N | short N | fps N
                             audio run | stall | error | silence | empty
  --jpeg WxH:FILE[:BLACK]  offer MJPEG of this size with this picture, and that one for `video black` (may be repeated)
  --yuyv WxH               offer raw video of this size (may be repeated; default 640x480 and 320x240)
  --serial TEXT --name TEXT --id VENDOR:PRODUCT
  --port N                 the virtual controller's port, 0 to 7: several cameras at once
  --no-video, --no-audio, --unplugged
";

/// What the command line asks for.
pub struct Options {
    pub commands: Option<PathBuf>,
    pub identity: Identity,
    pub video: Option<crate::video::Formats>,
    pub audio: bool,
    pub port: u32,
    pub plugged: bool,
}

impl Options {
    /// `None`: help was asked for.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Options {
            commands: None,
            identity: Identity::default(),
            video: None,
            audio: true,
            port: 0,
            plugged: true,
        };
        let (mut yuyv, mut jpeg, mut has_video) = (Vec::new(), Vec::new(), true);
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "--help" => return Ok(None),
                "--commands" => options.commands = Some(value()?.into()),
                "--jpeg" => jpeg.push(read_jpeg(&value()?)?),
                "--yuyv" => yuyv.push(size(&value()?)?),
                "--serial" => options.identity.serial = value()?,
                "--name" => options.identity.product = value()?,
                "--id" => {
                    (options.identity.vendor_id, options.identity.product_id) = id(&value()?)?
                }
                "--port" => {
                    options.port = value()?
                        .parse()
                        .map_err(|error| format!("--port: {error}"))?
                }
                "--no-video" => has_video = false,
                "--no-audio" => options.audio = false,
                "--unplugged" => options.plugged = false,
                _ => return Err(format!("unknown option '{argument}'")),
            }
        }
        if yuyv.is_empty() {
            yuyv = vec![(640, 480), (320, 240)];
        }
        let yuyv = yuyv
            .into_iter()
            .map(|(width, height)| Frame::raw(width, height))
            .collect();
        options.video = has_video.then_some(crate::video::Formats { yuyv, jpeg });
        Ok(Some(options))
    }
}

fn size(text: &str) -> Result<(u16, u16), String> {
    text.split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .ok_or_else(|| format!("'{text}' is not a size such as 640x480"))
}

fn id(text: &str) -> Result<(u16, u16), String> {
    let hex = |part: &str| u16::from_str_radix(part, 16).ok();
    text.split_once(':')
        .and_then(|(vendor, product)| Some((hex(vendor)?, hex(product)?)))
        .ok_or_else(|| format!("'{text}' is not an identity such as f055:0101"))
}

fn read_jpeg(text: &str) -> Result<Frame, String> {
    let mut parts = text.split(':');
    let (width, height) = size(parts.next().unwrap_or(""))?;
    let mut read = || match parts.next() {
        None => Ok(None),
        Some(path) => std::fs::read(path)
            .map(Some)
            .map_err(|error| format!("{path}: {error}")),
    };
    let picture = read()?.ok_or_else(|| format!("'{text}' names no file"))?;
    let black = read()?.unwrap_or_else(|| picture.clone());
    Ok(Frame::jpeg(width, height, picture, black))
}
