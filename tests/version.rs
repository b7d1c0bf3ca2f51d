//! The version stands in two build files, and has to be one.

#[test]
fn meson_and_cargo_name_the_same_version() {
    let meson = include_str!("../meson.build");
    let named = concat!("version: '", env!("CARGO_PKG_VERSION"), "'");
    assert!(meson.contains(named), "meson.build does not say {named}");
}
