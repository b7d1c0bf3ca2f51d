//! The camera's adjustable properties: one table row each, and the requests that read and set them.

/// `GET_CUR` and its relatives of USB Video Class 1.1, table A-8.
pub const SET_CUR: u8 = 0x01;
pub const GET_CUR: u8 = 0x81;
pub const GET_MIN: u8 = 0x82;
pub const GET_MAX: u8 = 0x83;
pub const GET_RES: u8 = 0x84;
pub const GET_LEN: u8 = 0x85;
pub const GET_INFO: u8 = 0x86;
pub const GET_DEF: u8 = 0x87;

/// The privacy shutter: read by the host, set by a hand on the device.
pub const PRIVACY: u8 = 0x11;

/// A control: where it is, how it is laid out, what it can be.
pub struct Control {
    pub selector: u8,
    /// Its bit in the unit's `bmControls`.
    pub bit: u32,
    /// Bytes of each field.
    width: usize,
    /// What `GET_INFO` says.
    info: u8,
    fields: &'static [Field],
}

/// A number in a control.
struct Field {
    min: i32,
    max: i32,
    step: i32,
    default: i32,
}

/// Bits of `GET_INFO`: can be read; can be set; changes by itself.
const GET: u8 = 1 << 0;
const SET: u8 = 1 << 1;
const AUTO_UPDATE: u8 = 1 << 3;

const fn one(selector: u8, bit: u32, width: usize, fields: &'static [Field]) -> Control {
    Control {
        selector,
        bit,
        width,
        info: GET | SET,
        fields,
    }
}

const fn field(min: i32, max: i32, step: i32, default: i32) -> Field {
    Field {
        min,
        max,
        step,
        default,
    }
}

/// Controls of the camera terminal, table A-12 and 3.7.2.3.
pub const CAMERA_CONTROLS: &[Control] = &[
    // Exposure mode is a bitmap; what GET_RES gives are the modes there are: manual (1) and aperture priority (8).
    one(0x02, 1, 1, &[field(1, 8, 9, 8)]),
    // Exposure time in units of 100 us.
    one(0x04, 3, 4, &[field(1, 2500, 1, 156)]),
    // Focus and automatic focus.
    one(0x06, 5, 2, &[field(0, 250, 5, 0)]),
    one(0x08, 17, 1, &[field(0, 1, 1, 1)]),
    // Zoom.
    one(0x0b, 9, 2, &[field(100, 400, 10, 100)]),
    // Pan and tilt in seconds of arc.
    one(
        0x0d,
        11,
        4,
        &[
            field(-36_000, 36_000, 3600, 0),
            field(-18_000, 18_000, 3600, 0),
        ],
    ),
    Control {
        info: GET | AUTO_UPDATE,
        ..one(PRIVACY, 18, 1, &[field(0, 1, 1, 0)])
    },
];

/// Controls of the processing unit, table A-13 and 3.7.2.5.
pub const PROCESSING_CONTROLS: &[Control] = &[
    // Brightness, contrast, saturation, sharpness.
    one(0x02, 0, 2, &[field(0, 255, 1, 128)]),
    one(0x03, 1, 2, &[field(0, 100, 1, 50)]),
    one(0x07, 3, 2, &[field(0, 200, 1, 100)]),
    one(0x08, 4, 2, &[field(0, 10, 1, 5)]),
    // White balance in kelvin, and automatic white balance.
    one(0x0a, 6, 2, &[field(2800, 6500, 100, 4600)]),
    one(0x0b, 12, 1, &[field(0, 1, 1, 1)]),
];

/// The present values of a unit's controls.
pub struct Values {
    controls: &'static [Control],
    present: Vec<Vec<u8>>,
}

impl Values {
    pub fn new(controls: &'static [Control]) -> Self {
        let present = controls
            .iter()
            .map(|control| control.bytes(|field| field.default))
            .collect();
        Values { controls, present }
    }

    /// What a hand on the device does.
    pub fn put(&mut self, selector: u8, value: u8) {
        let index = self
            .controls
            .iter()
            .position(|control| control.selector == selector);
        if let Some(index) = index {
            self.present[index] = vec![value];
        }
    }

    /// A request of the class; `None`: the device does not know it.
    pub fn request(&mut self, request: u8, selector: u8, data: &[u8]) -> Option<Vec<u8>> {
        let index = self
            .controls
            .iter()
            .position(|control| control.selector == selector)?;
        let control = &self.controls[index];
        let size = control.width * control.fields.len();
        match request {
            SET_CUR if control.info & SET == 0 => None,
            SET_CUR => {
                self.present[index] = data.get(..size)?.to_vec();
                Some(Vec::new())
            }
            GET_CUR => Some(self.present[index].clone()),
            GET_MIN => Some(control.bytes(|field| field.min)),
            GET_MAX => Some(control.bytes(|field| field.max)),
            GET_RES => Some(control.bytes(|field| field.step)),
            GET_DEF => Some(control.bytes(|field| field.default)),
            GET_LEN => Some((size as u16).to_le_bytes().to_vec()),
            GET_INFO => Some(vec![control.info]),
            _ => None,
        }
    }
}

impl Control {
    fn bytes(&self, value: impl Fn(&Field) -> i32) -> Vec<u8> {
        self.fields
            .iter()
            .flat_map(|field| value(field).to_le_bytes().into_iter().take(self.width))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_of_two_fields_is_laid_out_one_after_the_other() {
        let mut values = Values::new(CAMERA_CONTROLS);
        let mut expected = (-36_000i32).to_le_bytes().to_vec();
        expected.extend((-18_000i32).to_le_bytes());
        assert_eq!(values.request(GET_MIN, 0x0d, &[]), Some(expected));
        assert_eq!(values.request(GET_LEN, 0x0d, &[]), Some(vec![8, 0]));
    }

    #[test]
    fn what_is_set_is_read_back() {
        let mut values = Values::new(PROCESSING_CONTROLS);
        assert_eq!(values.request(GET_CUR, 0x02, &[]), Some(vec![128, 0]));
        assert_eq!(values.request(SET_CUR, 0x02, &[7, 0]), Some(vec![]));
        assert_eq!(values.request(GET_CUR, 0x02, &[]), Some(vec![7, 0]));
        assert_eq!(values.request(GET_CUR, 0x7f, &[]), None);
    }

    #[test]
    fn the_shutter_is_closed_by_hand_only() {
        let mut values = Values::new(CAMERA_CONTROLS);
        assert_eq!(values.request(SET_CUR, PRIVACY, &[1]), None);
        assert_eq!(values.request(GET_CUR, PRIVACY, &[]), Some(vec![0]));
        values.put(PRIVACY, 1);
        assert_eq!(values.request(GET_CUR, PRIVACY, &[]), Some(vec![1]));
    }
}
