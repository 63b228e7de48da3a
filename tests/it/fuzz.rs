//! The fuzzer's targets over its seeds: every seed through every target, and some bytes made of pieces of seeds.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use crate::support::okr::repository;

#[path = "../../fuzz/bodies/mod.rs"]
#[expect(unreachable_pub, reason = "the fuzzer's package reaches it")]
mod bodies;

type Target = fn(&[u8]);

const TARGETS: &[(&str, Target)] = &[
    ("block", bodies::block),
    ("edit", bodies::edit),
    ("escape", bodies::escape),
    ("findings", bodies::findings),
    ("issues", bodies::issues),
    ("loader", bodies::loader),
];

/// A seed is to be read by people, too.
const MAX_BYTES: usize = 4096;

/// Every seed of every target with its path.
#[expect(clippy::disallowed_methods, reason = "reads the package's own files")]
fn seeds() -> Vec<(PathBuf, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (target, _) in TARGETS {
        for entry in fs::read_dir(repository().join("fuzz/seeds").join(target)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            seeds.push((path, bytes));
        }
    }
    seeds.sort();
    seeds
}

#[test]
fn every_seed_passes_every_target() {
    let seeds = seeds();
    for (path, bytes) in &seeds {
        assert!(bytes.len() <= MAX_BYTES, "{} is large", path.display());
        for (name, target) in TARGETS {
            let outcome = std::panic::catch_unwind(|| target(bytes));
            assert!(outcome.is_ok(), "{name} fails for {}", path.display());
        }
    }
}

#[test]
fn every_target_is_built_for_the_fuzzer() {
    #[expect(clippy::disallowed_methods, reason = "reads the package's own files")]
    let manifest = fs::read_to_string(repository().join("fuzz/Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        let file = format!("path = \"fuzz_targets/{name}.rs\"");
        assert!(manifest.contains(&file), "{name}");
    }
    let count = manifest.matches("\n[[bin]]").count();
    assert_eq!(count, TARGETS.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_of_seeds_pass_every_target(
        pieces in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..200), 1..5),
    ) {
        let seeds = seeds();
        let mut bytes = Vec::new();
        for (seed, start, length) in pieces {
            let (_, seed) = seed.get(&seeds);
            let start = start.index(seed.len() + 1);
            bytes.extend(&seed[start..seed.len().min(start + length)]);
        }
        for (_, target) in TARGETS {
            target(&bytes);
        }
    }
}
