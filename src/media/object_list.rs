//! A list of objects as applications see it: a `GListModel` that may be read on any thread.
//!
//! `GListStore` belongs to one thread; tracks and devices are added and removed on several.
//!
//! Locks: `imp::ObjectList::items` is a leaf. `items-changed` is emitted without it, on the thread
//! that made the change.

use gio::prelude::*;
use gio::subclass::prelude::*;
use gst::glib;

glib::wrapper! {
    /// A `GListModel` of tracks or of devices.
    pub struct ObjectList(ObjectSubclass<imp::ObjectList>)
        @extends gst::Object,
        @implements gio::ListModel;
}

mod imp {
    use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

    use gio::subclass::prelude::*;
    use gst::glib;
    use gst::prelude::*;
    use gst::subclass::prelude::*;

    #[derive(Default)]
    pub struct ObjectList {
        pub(super) of: OnceLock<glib::Type>,
        items: Mutex<Vec<gst::Object>>,
    }

    impl ObjectList {
        pub(super) fn lock(&self) -> MutexGuard<'_, Vec<gst::Object>> {
            self.items.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    #[glib::object_subclass]
    impl ObjectSubclass for ObjectList {
        const NAME: &'static str = "GstMediaObjectList";
        type Type = super::ObjectList;
        type ParentType = gst::Object;
        type Interfaces = (gio::ListModel,);
    }

    impl ObjectImpl for ObjectList {}
    impl GstObjectImpl for ObjectList {}

    impl ListModelImpl for ObjectList {
        fn item_type(&self) -> glib::Type {
            self.of
                .get()
                .copied()
                .unwrap_or_else(gst::Object::static_type)
        }

        fn n_items(&self) -> u32 {
            u32::try_from(self.lock().len()).unwrap_or(u32::MAX)
        }

        fn item(&self, position: u32) -> Option<glib::Object> {
            let position = usize::try_from(position).ok()?;
            self.lock().get(position).map(|item| item.clone().upcast())
        }
    }
}

impl ObjectList {
    /// A list of these, all of type `T`.
    pub(crate) fn of<T: IsA<gst::Object>>(items: impl IntoIterator<Item = T>) -> Self {
        let list: Self = glib::Object::new();
        let _ = list.imp().of.set(T::static_type());
        *list.imp().lock() = items.into_iter().map(|item| item.upcast()).collect();
        list
    }

    /// What is in it now.
    pub(crate) fn snapshot<T: IsA<gst::Object>>(&self) -> Vec<T> {
        let items = self.imp().lock().clone();
        items
            .into_iter()
            .filter_map(|item| item.downcast().ok())
            .collect()
    }

    /// Puts `item` at the end, unless it is there already. Whether that changed anything.
    pub(crate) fn insert(&self, item: &impl IsA<gst::Object>) -> bool {
        let item = item.upcast_ref();
        let at = {
            let mut items = self.imp().lock();
            if items.contains(item) {
                return false;
            }
            items.push(item.clone());
            items.len() - 1
        };
        self.changed(at, 0, 1);
        true
    }

    /// Takes `item` out. Whether it was in.
    pub(crate) fn remove(&self, item: &impl IsA<gst::Object>) -> bool {
        let item = item.upcast_ref();
        let (at, removed) = {
            let mut items = self.imp().lock();
            let Some(at) = items.iter().position(|other| other == item) else {
                return false;
            };
            (at, items.remove(at))
        };
        self.changed(at, 1, 0);
        drop(removed);
        true
    }

    /// Takes `old` out and puts `new` in, in one change and one place where both are done. Which of
    /// the two was.
    pub(crate) fn exchange<T: IsA<gst::Object>>(
        &self,
        old: Option<&T>,
        new: Option<&T>,
    ) -> (bool, bool) {
        let (Some(old), Some(new)) = (old, new) else {
            let removed = old.is_some_and(|old| self.remove(old));
            return (removed, new.is_some_and(|new| self.insert(new)));
        };
        let (at, replaced) = {
            let mut items = self.imp().lock();
            let at = items.iter().position(|item| item == old.upcast_ref());
            match at.filter(|_| !items.contains(new.upcast_ref())) {
                Some(at) => (at, std::mem::replace(&mut items[at], new.clone().upcast())),
                None => {
                    drop(items);
                    return (self.remove(old), self.insert(new));
                }
            }
        };
        self.changed(at, 1, 1);
        drop(replaced);
        (true, true)
    }

    fn changed(&self, at: usize, removed: u32, added: u32) {
        self.items_changed(u32::try_from(at).unwrap_or(u32::MAX), removed, added);
    }
}
