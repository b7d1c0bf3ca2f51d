//! What is fixed for the life of an audio or a video track.

/// The attributes `id`, `kind`, `label` and `language`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Details {
    /// What the resource calls it, or nothing.
    pub id: String,
    /// One of the specification's words, or nothing.
    pub kind: String,
    /// For people, or nothing.
    pub label: String,
    /// A BCP 47 tag, or nothing.
    pub language: String,
}
