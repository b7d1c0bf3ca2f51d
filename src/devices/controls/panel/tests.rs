use std::sync::{Arc, Mutex};

use super::super::control::Item;
use super::*;

/// What was done, in order.
type Diary = Arc<Mutex<Vec<(Id, i32)>>>;

/// A camera that writes down what is written.
struct Camera {
    controls: Mutex<Vec<(Control, i32)>>,
    refuses: Option<Id>,
    diary: Diary,
}

impl Camera {
    fn value(&self, id: Id) -> Option<i32> {
        let controls = self.controls.lock().expect("nobody panics with it");
        let found = controls.iter().find(|(c, _)| c.id == id);
        found.map(|(_, value)| *value)
    }
}

impl Board for Camera {
    fn find(&self, id: Id) -> io::Result<Option<Control>> {
        let is_automatic =
            id == Id::ExposureTime && self.value(Id::AutoExposure).is_some_and(|m| m != 1);
        let controls = self.controls.lock().expect("nobody panics with it");
        let found = controls.iter().find(|(c, _)| c.id == id);
        Ok(found.map(|(control, _)| Control {
            is_active: !is_automatic,
            ..control.clone()
        }))
    }

    fn read(&self, id: Id) -> io::Result<i32> {
        self.value(id)
            .ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }

    fn write(&self, id: Id, value: i32) -> io::Result<()> {
        if self.refuses == Some(id) {
            return Err(io::ErrorKind::Other.into());
        }
        self.diary
            .lock()
            .expect("nobody panics with it")
            .push((id, value));
        let mut controls = self.controls.lock().expect("nobody panics with it");
        if let Some(found) = controls.iter_mut().find(|(c, _)| c.id == id) {
            found.1 = value;
        }
        Ok(())
    }
}

fn panel(refuses: Option<Id>) -> (Panel, Diary) {
    let items = [1, 3].map(|index| Item {
        index,
        number: None,
    });
    let exposure = Control {
        items: items.to_vec(),
        ..Control::range(Id::AutoExposure, 0, 3, 1)
    };
    let diary = Diary::default();
    let camera = Camera {
        controls: Mutex::new(vec![
            (exposure, 3),
            (Control::range(Id::ExposureTime, 1, 2500, 1), 156),
            (Control::range(Id::Zoom, 100, 400, 10), 100),
            (Control::range(Id::AutoFocus, 0, 1, 1), 1),
            (Control::range(Id::FocusOnce, 0, 1, 1), 0),
        ]),
        refuses,
        diary: diary.clone(),
    };
    (Panel::new(Box::new(camera)).expect("it opens"), diary)
}

fn text(text: &str) -> Setting {
    Setting::Text(text.to_owned())
}

fn written(diary: &Diary) -> Vec<(Id, i32)> {
    std::mem::take(&mut diary.lock().expect("nobody panics with it"))
}

#[test]
fn the_mode_is_written_before_its_value() {
    let (mut panel, diary) = panel(None);
    let wanted = [
        (Property::ExposureTime, Setting::Double(300.0)),
        (Property::ExposureMode, text("manual")),
    ];
    panel.set(&wanted).expect("it can");
    let expected = [(Id::AutoExposure, 1), (Id::ExposureTime, 300)];
    assert_eq!(written(&diary), expected);
}

/// #198
#[test]
fn a_value_under_an_automatic_mode_is_passed_over() {
    let (mut panel, diary) = panel(None);
    let wanted = [(Property::ExposureTime, Setting::Double(300.0))];
    panel.set(&wanted).expect("it is only informative");
    assert_eq!(written(&diary), []);
    assert_eq!(panel.settings().number(Property::ExposureTime), Some(156.0));
}

#[test]
fn what_was_set_before_a_refusal_is_put_back() {
    let (mut panel, diary) = panel(Some(Id::Zoom));
    let before = panel.settings();
    let wanted = [
        (Property::ExposureMode, text("manual")),
        (Property::Zoom, Setting::Double(2.0)),
    ];
    let refusal = panel.set(&wanted).expect_err("the zoom is stuck");
    assert_eq!(refusal.property, Property::Zoom);
    assert!(refusal.to_string().contains("zoom"), "{refusal}");
    assert_eq!(panel.settings(), before);
    let expected = [(Id::AutoExposure, 1), (Id::AutoExposure, 3)];
    assert_eq!(written(&diary), expected);
}

#[test]
fn a_single_shot_is_shot_once_and_stays_in_force() {
    let (mut panel, diary) = panel(None);
    let wanted = [(Property::FocusMode, text("single-shot"))];
    panel.set(&wanted).expect("it can");
    let expected = [(Id::AutoFocus, 0), (Id::FocusOnce, 1)];
    assert_eq!(written(&diary), expected);
    let mode = |panel: &Panel| {
        panel
            .settings()
            .text(Property::FocusMode)
            .map(str::to_owned)
    };
    assert_eq!(mode(&panel).as_deref(), Some("single-shot"));
    let manual = [(Property::FocusMode, text("manual"))];
    panel.set(&manual).expect("it can");
    assert_eq!(mode(&panel).as_deref(), Some("manual"));
}
