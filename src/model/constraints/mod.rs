//! Constraints: what is asked, what there is, and the choice between.
//!
//! | file | noun |
//! |---|---|
//! | `property` | the table of constrainable properties: a new constraint starts there |
//! | `value`, `set`, `builder` | constraints, sets of them, and how to write them in Rust |
//! | `json` | reading and writing them as the Web's dictionaries |
//! | `mode`, `rate`, `capability`, `setting` | what a source can do and what it is set to |
//! | `fitness` | the distance of a settings dictionary to a set |
//! | `demand` | a set, translated once into limits and wishes |
//! | `region` | the settings that a native mode can reach, as ranges that only get narrower |
//! | `aspect` | the ratio of width and height |
//! | `frame` | the best width and height of a region |
//! | `controls` | the properties that belong to the source, whatever its mode |
//! | `point`, `plan` | the best point of a region, and the judgement of a candidate |
//! | `named` | what of a long list of names can matter |
//! | `select`, `joint` | SelectSettings for one track, and for all tracks of a device |
//! | `culprit`, `report` | why not, and why so |
//!
//! Numbers in comments: "rule 5" is the fifth condition of fitness distance, "step 4" one of
//! SelectSettings, `#70` an edge case of those that `docs/coverage.md` speaks of.

mod aspect;
mod builder;
mod capability;
mod controls;
mod culprit;
mod demand;
mod error;
mod fitness;
mod frame;
mod joint;
mod json;
mod mode;
mod named;
mod plan;
mod point;
mod property;
mod rate;
mod region;
mod report;
mod select;
mod set;
mod setting;
mod value;

pub use builder::{
    Constrain, ConstrainBoolean, ConstrainBooleanOrDomString, ConstrainDomString, ConstrainDouble,
    ConstrainPoint2D, ConstrainPresenceOrDouble, ConstrainULong, Strings, TrackConstraintsBuilder,
};
pub use capability::{BooleanOrText, Capabilities, Capability, capabilities};
pub use error::{Overconstrained, TypeError};
pub use fitness::{Bare, fitness_distance};
pub use joint::{JointSelection, JointTrack, select_joint, select_joint_from};
pub use mode::{
    AudioMode, Candidate, Defaults, NativeMode, NativePoint, SourceFacts, Span, VideoMode,
};
pub use property::{Kind, Property, ValueType, supported};
pub use rate::{Rate, RateSpan};
pub use report::Report;
pub use select::{Alternative, Request, Selection, select_settings, select_within};
pub use set::{ConstraintSet, StreamConstraints, TrackConstraints};
pub use setting::{Setting, Settings};
pub use value::{Constraint, Parameters, Value, clamp_to_unsigned_long};
