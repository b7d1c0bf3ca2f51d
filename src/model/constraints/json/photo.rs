//! Reading `PhotoSettings`.

use super::super::error::TypeError;
use super::node::{Node, Shape};
use crate::model::photo::{FillLightMode, PhotoSettings};

impl PhotoSettings {
    /// Reads the dictionary; `null` stands for an empty one, unknown members are ignored.
    ///
    /// # Errors
    ///
    /// Text that is no JSON, too long or too deep, or a member of the wrong type.
    pub fn from_json(text: &str) -> Result<Self, TypeError> {
        read(text).map_err(|error| error.within("photoSettings"))
    }
}

fn read(text: &str) -> Result<PhotoSettings, TypeError> {
    let root = Node::root(text)?;
    let mut settings = PhotoSettings::default();
    match root.shape() {
        Shape::Null => return Ok(settings),
        Shape::Object => {}
        _ => return Err(root.wrong("an object of photo settings")),
    }
    for member in root.members()? {
        match member.name() {
            "fillLightMode" => settings.fill_light_mode = Some(fill_light_mode(&member)?),
            "imageWidth" => settings.image_width = Some(number(&member)?),
            "imageHeight" => settings.image_height = Some(number(&member)?),
            "redEyeReduction" => settings.red_eye_reduction = Some(boolean(&member)?),
            _ => {}
        }
    }
    Ok(settings)
}

fn fill_light_mode(node: &Node) -> Result<FillLightMode, TypeError> {
    let expected = "\"auto\", \"off\" or \"flash\"";
    if node.shape() != Shape::Text {
        return Err(node.wrong(expected));
    }
    let name = node.text()?;
    let known = FillLightMode::ALL.into_iter().find(|m| m.name() == name);
    known.ok_or_else(|| node.error(&format!("expected {expected}, found {name:?}")))
}

fn number(node: &Node) -> Result<f64, TypeError> {
    if node.shape() != Shape::Number {
        return Err(node.wrong("a number"));
    }
    let number: f64 = node.raw.parse().map_err(|_| node.wrong("a number"))?;
    match number.is_finite() {
        true => Ok(number),
        false => Err(node.error("the number is too large: write one that a double can hold")),
    }
}

fn boolean(node: &Node) -> Result<bool, TypeError> {
    match node.shape() {
        Shape::Boolean => Ok(node.raw == "true"),
        _ => Err(node.wrong("a boolean")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_and_unknown_ones_ignored() {
        let text =
            r#"{"imageWidth":640.5,"fillLightMode":"flash","redEyeReduction":true,"iso":[]}"#;
        let settings = PhotoSettings::from_json(text).unwrap();
        assert_eq!(settings.image_width, Some(640.5));
        assert_eq!(settings.image_height, None);
        assert_eq!(settings.fill_light_mode, Some(FillLightMode::Flash));
        assert_eq!(settings.red_eye_reduction, Some(true));
        for empty in ["null", "{}", " {} "] {
            assert_eq!(
                PhotoSettings::from_json(empty),
                Ok(PhotoSettings::default())
            );
        }
    }

    #[test]
    fn a_wrong_member_is_named() {
        for (text, member) in [
            (r#"{"imageWidth":"640"}"#, "photoSettings.imageWidth"),
            (r#"{"imageHeight":1e999}"#, "photoSettings.imageHeight"),
            (
                r#"{"fillLightMode":"torch"}"#,
                "photoSettings.fillLightMode",
            ),
            (r#"{"fillLightMode":1}"#, "photoSettings.fillLightMode"),
            (
                r#"{"redEyeReduction":null}"#,
                "photoSettings.redEyeReduction",
            ),
            ("[]", "photoSettings"),
            ("{", "photoSettings"),
            ("", "photoSettings"),
        ] {
            let error = PhotoSettings::from_json(text).unwrap_err();
            assert_eq!(error.member, member, "{text}: {error}");
        }
    }
}
