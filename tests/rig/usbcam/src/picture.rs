//! The raw picture: a vertical gradient over which a white bar travels, so that frames can be told apart.

const BAR: usize = 16;
const BAR_STEP: usize = 4;

/// Frame `number` in YUYV.
pub fn yuyv(width: usize, height: usize, number: usize) -> Vec<u8> {
    let bar = number * BAR_STEP % width;
    let mut picture = Vec::with_capacity(width * height * 2);
    for y in 0..height {
        let grey = (40 + y * 120 / height) as u8;
        for x in 0..width {
            let luma = if x.abs_diff(bar) < BAR / 2 { 235 } else { grey };
            picture.extend([luma, if x % 2 == 0 { 170 } else { 90 }]);
        }
    }
    picture
}

/// Black in YUYV.
pub fn black(width: usize, height: usize) -> Vec<u8> {
    [16, 128].repeat(width * height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_travels() {
        let (first, second) = (yuyv(64, 4, 4), yuyv(64, 4, 8));
        assert_eq!(first.len(), 64 * 4 * 2);
        assert_eq!(first[16 * 2], 235);
        assert_ne!(second[16 * 2], 235);
        assert_eq!(second[32 * 2], 235);
    }
}
