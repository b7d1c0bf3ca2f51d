//! Language codes of containers as BCP 47 tags.
//!
//! Matroska, MP4 and MPEG-TS have codes of ISO 639-2, GStreamer's tags those of ISO 639-1 where there are
//! any, newer files BCP 47 itself.

/// ISO 639-2, the bibliographic codes as well as the terminological, and what BCP 47 has instead: it takes
/// the shortest code of a language (RFC 5646, 2.2.1). Those that are not here have no shorter one.
const SHORTER: &str = "\
    aar aa, abk ab, afr af, aka ak, alb sq, amh am, ara ar, arg an, arm hy, asm as, ava av, ave ae, \
    aym ay, aze az, bak ba, bam bm, baq eu, bel be, ben bn, bis bi, bod bo, bos bs, bre br, bul bg, \
    bur my, cat ca, ces cs, cha ch, che ce, chi zh, chu cu, chv cv, cor kw, cos co, cre cr, cym cy, \
    cze cs, dan da, deu de, div dv, dut nl, dzo dz, ell el, eng en, epo eo, est et, eus eu, ewe ee, \
    fao fo, fas fa, fij fj, fin fi, fra fr, fre fr, fry fy, ful ff, geo ka, ger de, gla gd, gle ga, \
    glg gl, glv gv, gre el, grn gn, guj gu, hat ht, hau ha, heb he, her hz, hin hi, hmo ho, hrv hr, \
    hun hu, hye hy, ibo ig, ice is, ido io, iii ii, iku iu, ile ie, ina ia, ind id, ipk ik, isl is, \
    ita it, jav jv, jpn ja, kal kl, kan kn, kas ks, kat ka, kau kr, kaz kk, khm km, kik ki, kin rw, \
    kir ky, kom kv, kon kg, kor ko, kua kj, kur ku, lao lo, lat la, lav lv, lim li, lin ln, lit lt, \
    ltz lb, lub lu, lug lg, mac mk, mah mh, mal ml, mao mi, mar mr, may ms, mkd mk, mlg mg, mlt mt, \
    mon mn, mri mi, msa ms, mya my, nau na, nav nv, nbl nr, nde nd, ndo ng, nep ne, nld nl, nno nn, \
    nob nb, nor no, nya ny, oci oc, oji oj, ori or, orm om, oss os, pan pa, per fa, pli pi, pol pl, \
    por pt, pus ps, que qu, roh rm, ron ro, rum ro, run rn, rus ru, sag sg, san sa, sin si, slk sk, \
    slo sk, slv sl, sme se, smo sm, sna sn, snd sd, som so, sot st, spa es, sqi sq, srd sc, srp sr, \
    ssw ss, sun su, swa sw, swe sv, tah ty, tam ta, tat tt, tel te, tgk tg, tgl tl, tha th, tib bo, \
    tir ti, ton to, tsn tn, tso ts, tuk tk, tur tr, twi tw, uig ug, ukr uk, urd ur, uzb uz, ven ve, \
    vie vi, vol vo, wel cy, wln wa, wol wo, xho xh, yid yi, yor yo, zha za, zho zh, zul zu";

/// The longest tag that anybody needs: one with a language, a script, a region, a few variants.
const LONGEST: usize = 64;

/// The BCP 47 tag for what a resource says; nothing for what it does not say, or not in a way that can
/// be told.
pub fn bcp47(code: &str) -> String {
    // Locales of POSIX have an underscore, as tags of files have now and then.
    let code = code.trim().replace('_', "-");
    if code.len() > LONGEST || !is_well_formed(&code) {
        return String::new();
    }
    let (language, rest) = match code.split_once('-') {
        Some((language, rest)) => (language, Some(rest)),
        None => (&*code, None),
    };
    let language = shortest(&language.to_ascii_lowercase());
    match (&*language, rest) {
        // "Undetermined", and Matroska's of old for the same.
        ("und" | "unk", None) => String::new(),
        (_, None) => language,
        (_, Some(rest)) => format!("{language}-{rest}"),
    }
}

fn shortest(language: &str) -> String {
    let pairs = SHORTER.split(", ").filter_map(|pair| pair.split_once(' '));
    let mut known = pairs.filter(|(long, _)| *long == language);
    known.next().map_or(language, |(_, short)| short).to_owned()
}

/// RFC 5646, 2.1, without the tags that are grandfathered or all private. Languages of four to eight letters
/// could be registered and never were: they are the names of languages, as people write them into files.
fn is_well_formed(tag: &str) -> bool {
    let mut parts = tag.split('-').peekable();
    let is_alpha = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_alphanumeric = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_language = |part: &&str| matches!(part.len(), 2 | 3) && is_alpha(part);
    if parts.next().filter(is_language).is_none() {
        return false;
    }
    // Extended languages, a script, a region, variants: each of the next is one further on.
    for _ in 0..3 {
        parts.next_if(|part| part.len() == 3 && is_alpha(part));
    }
    parts.next_if(|part| part.len() == 4 && is_alpha(part));
    parts.next_if(|part| match part.len() {
        2 => is_alpha(part),
        3 => part.bytes().all(|b| b.is_ascii_digit()),
        _ => false,
    });
    let is_variant = |part: &&str| match part.len() {
        4 => part.starts_with(|first: char| first.is_ascii_digit()) && is_alphanumeric(part),
        5..=8 => is_alphanumeric(part),
        _ => false,
    };
    while parts.next_if(is_variant).is_some() {}
    // Extensions: a sign, and at least one part of theirs; after an x anything is private.
    while let Some(sign) = parts.next() {
        if sign.len() != 1 || !is_alphanumeric(sign) {
            return false;
        }
        let shortest = if sign.eq_ignore_ascii_case("x") { 1 } else { 2 };
        let is_own = |part: &&str| (shortest..=8).contains(&part.len()) && is_alphanumeric(part);
        if parts.next_if(is_own).is_none() {
            return false;
        }
        while parts.next_if(is_own).is_some() {}
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_the_shortest() {
        for (code, tag) in [
            ("eng", "en"),
            ("deu", "de"),
            ("ger", "de"),
            ("zho", "zh"),
            ("ENG", "en"),
            ("aar", "aa"),
            ("zul", "zu"),
            ("haw", "haw"),
            ("en", "en"),
            ("deu-AT", "de-AT"),
            ("en_US", "en-US"),
            (" fra\n", "fr"),
        ] {
            assert_eq!(bcp47(code), tag, "{code}");
        }
    }

    #[test]
    fn tags_stay_as_they_are() {
        for tag in [
            "de",
            "mul",
            "zxx",
            "en-GB",
            "zh-Hant-TW",
            "es-419",
            "zh-yue-HK",
            "sl-rozaj-biske",
            "de-CH-1996",
            "de-DE-u-co-phonebk",
            "en-x-twain",
            "ar-a-aaa-b-bbb-x-a-ccc",
            "und-Latn",
        ] {
            assert_eq!(bcp47(tag), tag);
        }
    }

    #[test]
    fn what_cannot_be_told_is_nothing() {
        for code in [
            "",
            "und",
            "unk",
            "e",
            "English",
            "```",
            "en-",
            "-en",
            "en--US",
            "en-u",
            "en-x",
            "12",
            "日本",
            "en-\u{fffd}",
            "en-US-US",
            "de-abcdefghi",
            "C",
            "x-private",
        ] {
            assert_eq!(bcp47(code), "", "{code}");
        }
        assert_eq!(bcp47(&format!("en{}", "-variant".repeat(20))), "");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_becomes_a_tag_or_nothing(
            code in proptest::prop_oneof![".*", "[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{0,9}){0,6}"]
        ) {
            let tag = bcp47(&code);
            proptest::prop_assert!(tag.is_empty() || is_well_formed(&tag), "{tag}");
            proptest::prop_assert_eq!(bcp47(&tag), tag.clone());
        }
    }

    #[test]
    fn every_row_is_a_pair_of_codes() {
        for pair in SHORTER.split(", ") {
            let (long, short) = pair.split_once(' ').unwrap();
            assert_eq!((long.len(), short.len()), (3, 2), "{pair}");
            assert_eq!(bcp47(long), short);
        }
    }
}
