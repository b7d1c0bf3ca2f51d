//! The track lists of a media element: which tracks are on, what is told and what is not (#176-#178, #180).

mod common;

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use common::init;
use gio::prelude::*;
use gst::glib;
use gstmediastream::media::track_list::{
    AudioTrack, AudioTrackList, Details, VideoTrack, VideoTrackList,
};

fn named(id: &str) -> Details {
    Details {
        id: id.into(),
        kind: "main".into(),
        label: format!("Track {id}"),
        language: "en".into(),
    }
}

fn audio<const N: usize>() -> (AudioTrackList, [AudioTrack; N]) {
    init();
    let list = AudioTrackList::new();
    let tracks = std::array::from_fn(|at| list.add(named(&at.to_string()), None));
    settle();
    (list, tracks)
}

fn video<const N: usize>() -> (VideoTrackList, [VideoTrack; N]) {
    init();
    let list = VideoTrackList::new();
    let tracks = std::array::from_fn(|at| list.add(named(&at.to_string()), None));
    settle();
    (list, tracks)
}

/// Returns when all that was queued so far has been told: events are told in order.
fn settle() {
    let (sender, told) = channel();
    let list = AudioTrackList::new();
    list.connect("addtrack", false, move |_| {
        sender.send(()).expect("somebody waits");
        None
    });
    list.add(Details::default(), None);
    told.recv().expect("it is told");
}

/// What is told of a list, and how many tracks there were to be seen.
fn listen(list: &impl IsA<gio::ListModel>) -> Receiver<(&'static str, u32)> {
    let (sender, told) = channel();
    for event in ["change", "addtrack", "removetrack"] {
        let sender = sender.clone();
        list.connect(event, false, move |values| {
            let list: gio::ListModel = values[0].get().expect("a list model");
            sender
                .send((event, list.n_items()))
                .expect("somebody listens");
            None
        });
    }
    told
}

fn told(events: &Receiver<(&'static str, u32)>) -> Vec<&'static str> {
    settle();
    events.try_iter().map(|(event, _)| event).collect()
}

fn items<T: IsA<glib::Object>>(list: &impl IsA<gio::ListModel>) -> Vec<T> {
    let items = (0..list.n_items()).map(|at| list.item(at).expect("below the number"));
    items.map(|item| item.downcast().expect("one")).collect()
}

#[test]
fn the_first_track_is_on_and_more_are_if_the_resource_says_so() {
    let (_, [first, second]) = audio();
    assert!(first.enabled() && !second.enabled());
    let list = AudioTrackList::new();
    let off = list.add(named("off"), Some(false));
    let first = list.add(named("first"), None);
    let on = list.add(named("on"), Some(true));
    assert_eq!(
        [off.enabled(), first.enabled(), on.enabled()],
        [false, true, true],
        "#177"
    );
}

#[test]
fn only_a_change_is_told_and_once() {
    let (list, [first, second]) = audio();
    let events = listen(&list);
    first.set_enabled(true);
    second.set_enabled(false);
    assert!(told(&events).is_empty(), "#176");
    second.set_enabled(true);
    assert_eq!(told(&events), ["change"], "#176");
    assert!(first.enabled() && second.enabled(), "#177");
    first.set_property("enabled", false);
    second.set_property("enabled", false);
    assert_eq!(told(&events), ["change", "change"], "#176");
}

/// #176
#[test]
fn a_change_is_told_afterwards_on_another_thread() {
    let (list, [track]) = audio();
    let (sender, heard) = channel();
    list.connect("change", false, move |_| {
        sender
            .send(std::thread::current().id())
            .expect("somebody waits");
        None
    });
    let held = hold_up();
    track.set_enabled(false);
    assert!(!track.enabled(), "at once");
    assert!(heard.try_recv().is_err(), "not while it is written");
    drop(held);
    let thread = heard.recv().expect("it is told");
    assert_ne!(thread, std::thread::current().id());
}

/// #177
#[test]
fn selecting_unselects_the_others_as_one_change() {
    let (list, [first, second, third]) = video();
    assert_eq!(list.selected_index(), 0);
    let events = listen(&list);
    third.set_selected(true);
    assert_eq!(told(&events), ["change"]);
    let on = [first.selected(), second.selected(), third.selected()];
    assert_eq!(on, [false, false, true]);
    assert_eq!(list.selected_index(), 2);
    first.set_selected(false);
    third.set_selected(true);
    assert!(told(&events).is_empty());
    third.set_selected(false);
    assert_eq!(told(&events), ["change"]);
    assert_eq!(list.property::<i32>("selected-index"), -1);
}

/// #177
#[test]
fn a_selected_newcomer_unselects_the_others() {
    let (list, [first]) = video();
    let events = listen(&list);
    let second = list.add(named("second"), Some(true));
    assert!(second.selected() && !first.selected());
    assert_eq!(told(&events), ["addtrack", "change"]);
}

#[test]
fn properties_are_notified_where_they_are_written() {
    let (list, [first, second]) = video();
    let heard = Arc::new(Mutex::new(Vec::new()));
    for (object, name) in [
        (first.upcast_ref::<glib::Object>(), "first"),
        (second.upcast_ref(), "second"),
        (list.upcast_ref(), "list"),
    ] {
        let heard = heard.clone();
        object.connect_notify(None, move |_, property| {
            let here = std::thread::current().id();
            let mut heard = heard.lock().expect("nobody panicked");
            heard.push((name, property.name().to_owned(), here));
        });
    }
    second.set_selected(true);
    second.set_selected(true);
    let here = std::thread::current().id();
    // GObject notifies of what was written when it has been.
    let expected = [
        ("first", "selected".to_owned(), here),
        ("list", "selected-index".to_owned(), here),
        ("second", "selected".to_owned(), here),
    ];
    assert_eq!(*heard.lock().expect("nobody panicked"), expected);
}

#[test]
fn a_removed_track_keeps_what_it_was_and_moves_nobody() {
    let (list, [first, second]) = video();
    let events = listen(&list);
    list.remove(&first);
    list.remove(&first);
    assert_eq!(told(&events), ["removetrack"]);
    assert_eq!(list.selected_index(), -1);
    second.set_selected(true);
    assert_eq!(list.selected_index(), 0);
    assert_eq!(told(&events), ["change"]);
    assert!(first.selected(), "it is nobody's any more");
    first.set_selected(false);
    first.set_selected(true);
    assert!(first.selected() && second.selected(), "#178");
    assert!(told(&events).is_empty(), "#178");
    let details = [first.id(), first.kind(), first.label(), first.language()];
    assert_eq!(details, ["0", "main", "Track 0", "en"]);
    assert_eq!(first.source_buffer(), None);
}

/// #178
#[test]
fn a_track_that_was_removed_or_whose_list_is_gone_switches_nothing() {
    let (list, [removed, kept]) = audio();
    let player = glib::Object::new::<AudioTrackList>();
    let (sender, switched) = channel();
    list.played_by(&player, move |_, track| {
        sender.send(track.id()).expect("somebody listens");
    });
    list.remove(&removed);
    removed.set_enabled(false);
    assert!(!removed.enabled());
    kept.set_enabled(true);
    assert_eq!(switched.try_iter().collect::<Vec<_>>(), ["1"]);
    drop(list);
    settle();
    kept.set_enabled(false);
    assert!(!kept.enabled());
    assert!(switched.try_recv().is_err());
}

/// #180
#[test]
fn another_resource_empties_the_list_and_says_nothing() {
    let (list, [first, ..]) = audio::<2>();
    let changes = follow(&list);
    let events = listen(&list);
    // What is still to be told of it goes as well.
    let held = hold_up();
    first.set_enabled(false);
    list.add(named("too late"), None);
    list.clear();
    assert_eq!((list.n_items(), list.length()), (0, 0), "#180: at once");
    drop(held);
    assert!(told(&events).is_empty(), "#180");
    assert_told(&changes, &[(0, 2, 0, 0)]);
    let again = list.add(named("0"), None);
    assert!(
        again.enabled() && again != first,
        "objects are not used again"
    );
    assert_eq!(told(&events), ["addtrack"]);
    assert_eq!(list.tracks(), [again]);
}

#[test]
fn the_list_is_a_list_model_in_order() {
    let (list, [a, b, c]) = audio();
    assert_eq!(list.item_type(), AudioTrack::static_type());
    assert_eq!(
        items::<AudioTrack>(&list),
        [a.clone(), b.clone(), c.clone()]
    );
    assert!(list.item(3).is_none());
}

/// Holds up what is told until it is dropped: meanwhile nothing is.
fn hold_up() -> std::sync::mpsc::Sender<()> {
    let (go_on, held) = channel();
    let held = Mutex::new(held);
    let (begun, is_held) = channel();
    let list = AudioTrackList::new();
    list.connect("addtrack", false, move |_| {
        begun.send(()).expect("somebody waits");
        let _ = held.lock().expect("nobody panicked").recv();
        None
    });
    list.add(named("holds up"), None);
    is_held.recv().expect("it is told");
    go_on
}

type Changes = Arc<Mutex<Vec<(u32, u32, u32, u32)>>>;

/// What `items-changed` says, and how many there are then.
fn follow(list: &AudioTrackList) -> Changes {
    let changes = Changes::default();
    let heard = changes.clone();
    list.connect_items_changed(move |list, at, removed, added| {
        let mut heard = heard.lock().expect("nobody panicked");
        heard.push((at, removed, added, list.n_items()));
    });
    changes
}

#[track_caller]
fn assert_told(changes: &Changes, expected: &[(u32, u32, u32, u32)]) {
    settle();
    assert_eq!(*changes.lock().expect("nobody panicked"), expected);
}

/// An element with its preroll has its lists filled, whether or not a loop turns in which that is told.
#[test]
fn whoever_looks_sees_it_at_once_and_whoever_listens_soon() {
    let (list, [a, b, c]) = audio();
    let changes = follow(&list);
    let held = hold_up();
    list.remove(&b);
    let d = list.add(named("d"), None);
    assert_eq!(
        items::<AudioTrack>(&list),
        [a.clone(), c.clone(), d.clone()]
    );
    let e = list.add(named("e"), None);
    drop(held);
    assert_told(&changes, &[(1, 2, 3, 4)]);
    list.remove(&a);
    assert_eq!(list.tracks(), [c, d, e]);
    assert_told(&changes, &[(1, 2, 3, 4), (0, 1, 0, 3)]);
}

/// #177
#[test]
fn threads_may_do_all_of_it_at_once() {
    init();
    let list = VideoTrackList::new();
    let view = Arc::new(Mutex::new(Vec::<()>::new()));
    let followed = view.clone();
    list.connect_items_changed(move |_, at, removed, added| {
        let (at, removed, added) = (at as usize, removed as usize, added as usize);
        let mut view = followed.lock().expect("nobody panicked");
        view.splice(at..at + removed, vec![(); added]);
    });
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let list = &list;
            scope.spawn(move || {
                for turn in 0..200_u32 {
                    let track = list.add(named(&format!("{thread}.{turn}")), None);
                    track.set_selected(turn % 2 == 0);
                    match turn % 7 {
                        0 => list.remove(&track),
                        1 if thread == 0 => list.clear(),
                        _ => track.set_selected(true),
                    }
                }
            });
        }
    });
    settle();
    let selected = |list: &VideoTrackList| {
        let tracks = list.tracks();
        tracks.iter().filter(|track| track.selected()).count()
    };
    assert!(selected(&list) <= 1);
    assert_eq!(
        view.lock().expect("nobody panicked").len(),
        list.tracks().len()
    );
    if let Some(last) = list.tracks().last() {
        last.set_selected(true);
        assert_eq!(selected(&list), 1);
    }
}

#[test]
fn what_a_handler_does_is_told_after_what_it_hears() {
    init();
    let list = AudioTrackList::new();
    list.connect_items_changed(|list, _, _, added| {
        if added != 0 {
            list.downcast_ref::<AudioTrackList>()
                .expect("it is")
                .clear();
        }
    });
    let changes = follow(&list);
    list.add(named("a"), None);
    assert_told(&changes, &[(0, 0, 1, 0), (0, 1, 0, 0)]);
}

#[test]
fn events_come_when_the_track_can_be_seen_or_not_any_more() {
    init();
    let list = AudioTrackList::new();
    let events = listen(&list);
    let track = list.add(named("a"), None);
    settle();
    list.remove(&track);
    settle();
    let told: Vec<_> = events.try_iter().collect();
    assert_eq!(told, [("addtrack", 1), ("removetrack", 0)]);
}

#[test]
fn the_first_of_an_id_is_found() {
    let (list, [first, second]) = audio();
    let find =
        |id: Option<&str>| list.emit_by_name::<Option<AudioTrack>>("get-track-by-id", &[&id]);
    assert_eq!(find(Some("0")), Some(first.clone()));
    assert_eq!(find(Some("1")), Some(second));
    let same = list.add(named("0"), None);
    settle();
    assert_eq!(list.get_track_by_id("0"), Some(first.clone()));
    list.remove(&first);
    settle();
    assert_eq!(find(Some("0")), Some(same));
    assert_eq!(find(Some("2")), None);
    assert_eq!(find(None), None);
}

#[test]
fn an_object_of_no_list_is_a_switch_of_its_own() {
    init();
    let (track, other): (AudioTrack, VideoTrack) = (glib::Object::new(), glib::Object::new());
    assert!(!track.enabled() && !other.selected());
    track.set_enabled(true);
    other.set_selected(true);
    assert!(track.enabled() && other.selected());
    assert_eq!((track.id(), other.kind()), (String::new(), String::new()));
}

#[test]
fn lists_and_tracks_hold_nobody() {
    let (list, [track]) = audio();
    let player = glib::Object::new::<AudioTrackList>();
    list.played_by(&player, |_, _| ());
    let (weak_player, weak_list) = (player.downgrade(), list.downgrade());
    drop(player);
    assert!(weak_player.upgrade().is_none());
    track.set_enabled(false);
    drop(list);
    settle();
    assert!(weak_list.upgrade().is_none());
    let weak_track = track.downgrade();
    drop(track);
    assert!(weak_track.upgrade().is_none());
}
