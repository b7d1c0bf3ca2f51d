//! Every state that a machine can get into, every input in it, and every input after that.
//!
//! Each test goes breadth first until nothing new turns up and asserts on every edge what is always true; what was
//! told so far is a part of the state. The numbers of states are worked out by hand: a machine that gains a state
//! or loses one is noticed.

mod canvas;
mod times;
mod tracks;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;

/// A machine and what it has said: `step` takes an input and asserts.
trait Machine: Clone {
    type Input: Copy + Debug;
    fn step(&mut self, input: Self::Input);
    /// Two that are alike do the same from here on.
    fn key(&self) -> impl Ord + Clone + use<Self>;
}

/// All states that can be reached. Panics if one of them leads out of them, in one input or in two.
fn explore<M: Machine>(starts: impl IntoIterator<Item = M>, inputs: &[M::Input]) -> Vec<M> {
    let mut queue: VecDeque<M> = starts.into_iter().collect();
    let mut known = BTreeMap::new();
    while let Some(state) = queue.pop_front() {
        if known.contains_key(&state.key()) {
            continue;
        }
        known.insert(state.key(), state.clone());
        queue.extend(inputs.iter().map(|input| after(&state, &[*input])));
    }
    let mut pairs = 0;
    for state in known.values() {
        for first in inputs {
            for second in inputs {
                let end = after(state, &[*first, *second]);
                assert!(known.contains_key(&end.key()), "{first:?}, {second:?}");
                pairs += 1;
            }
        }
    }
    assert_eq!(pairs, known.len() * inputs.len() * inputs.len());
    known.into_values().collect()
}

fn after<M: Machine>(state: &M, inputs: &[M::Input]) -> M {
    let mut state = state.clone();
    inputs.iter().for_each(|input| state.step(*input));
    state
}
