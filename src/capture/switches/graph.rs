//! A connection to PipeWire on which nodes are watched, and the loop of its thread.
//!
//! A node's mute is the property `mute` of its parameter `Props`; the daemon sends that when somebody subscribes
//! to it, and again with every change. Two round trips say when there is nothing to wait for: after the first
//! all nodes are known, after the second their parameters.
//!
//! A stream of ours shows in the graph as a node that bears our mark, behind a link from the node that is
//! watched. When the link goes and both nodes stay, nobody makes another for it: the stream has to be made anew. The
//! session manager makes links, and those that it has made go with it; a new stream is of use when the next
//! manager is there.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::mpsc::Receiver;

use ::pipewire as pw;
use pw::core::{CoreRc, PW_ID_CORE};
use pw::node::{Node, NodeChangeMask, NodeInfoRef, NodeListener};
use pw::properties::PropertiesBox;
use pw::registry::{GlobalObject, RegistryRc};
use pw::spa::param::ParamType;
use pw::spa::pod::Pod;
use pw::spa::support::system::IoFlags;
use pw::spa::utils::Id;
use pw::spa::utils::dict::DictRef;
use pw::spa::utils::result::AsyncSeq;
use pw::types::ObjectType;

use super::pipewire::{Name, Order};
use super::stream::Stream;
use super::voices::Voice;
use crate::capture::{CAT, mark};

/// A node and what it is asked for. The listener goes first.
struct Bound {
    id: u32,
    _listener: NodeListener,
    _node: Node,
}

/// One watch.
struct Watch {
    name: Name,
    voice: Option<Rc<Voice>>,
    stream: Rc<Stream>,
    bound: Option<Bound>,
    /// The round trip under way, and whether it is the last one.
    awaited: Option<(AsyncSeq, bool)>,
}

/// A link to a stream of this crate.
struct Link {
    /// The node that gives.
    output: u32,
    /// The mark of the one that takes.
    mark: String,
}

struct Graph {
    core: CoreRc,
    registry: RegistryRc,
    nodes: HashMap<u32, GlobalObject<PropertiesBox>>,
    links: HashMap<u32, Link>,
    /// Links that are gone, and nobody was told.
    severed: Vec<Link>,
    /// When all is known that went together with them.
    judgement: Option<AsyncSeq>,
    /// What a session manager owns when it is ready, and nobody else.
    managers: HashSet<u32>,
    watches: HashMap<u64, Watch>,
}

/// Connects, and obeys until the other end of `bell` is closed.
///
/// # Errors
///
/// When there is no daemon. The end of one ends the watching, and is told as that.
pub(super) fn run(orders: Receiver<Order>, bell: UnixStream) -> Result<(), pw::Error> {
    pw::init();
    let main_loop = pw::main_loop::MainLoopRc::new(None)?;
    let context = pw::context::ContextRc::new(&main_loop, None)?;
    let core = context.connect_rc(None)?;
    let registry = core.get_registry_rc()?;
    let graph = Rc::new(RefCell::new(Graph {
        core: core.clone(),
        registry: registry.clone(),
        nodes: HashMap::new(),
        links: HashMap::new(),
        severed: Vec::new(),
        judgement: None,
        managers: HashSet::new(),
        watches: HashMap::new(),
    }));

    let deserted = Rc::new(Cell::new(false));
    let _core_listener = {
        let (main_loop, graph) = (main_loop.clone(), graph.clone());
        let deserted = deserted.clone();
        core.add_listener_local()
            .done(move |_, seq| graph.borrow_mut().answered(seq))
            .error(move |id, _, result, error| {
                // Those of nodes are theirs: one may go while it is being bound.
                if id == PW_ID_CORE && !is_refusal(result) {
                    gst::info!(CAT, "PipeWire's nodes are watched no more: {error}");
                    deserted.set(true);
                    main_loop.quit();
                }
            })
            .register()
    };
    let (added, removed) = (graph.clone(), graph.clone());
    let _registry_listener = registry
        .add_listener_local()
        .global(move |global| added.borrow_mut().added(global))
        .global_remove(move |id| removed.borrow_mut().removed(id))
        .register();
    let (obeying, quitting) = (graph.clone(), main_loop.clone());
    let _bell = main_loop.loop_().add_io(bell, IoFlags::IN, move |bell| {
        let goes_on = is_open(bell);
        orders
            .try_iter()
            .for_each(|order| obeying.borrow_mut().obey(order));
        if !goes_on {
            quitting.quit();
        }
    });

    main_loop.run();
    // What is bound goes before the connection does.
    for watch in std::mem::take(&mut graph.borrow_mut().watches).into_values() {
        if deserted.get() {
            watch.stream.deserted();
        }
    }
    Ok(())
}

/// Whether the daemon found nothing that a request could mean, and says so in the name of the connection: a node that is let go
/// of may have gone by itself just before. The connection stays.
fn is_refusal(result: i32) -> bool {
    let error = std::io::Error::from_raw_os_error(result.saturating_neg());
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound)
}

/// Takes what was rung; false when the other end was closed.
fn is_open(bell: &mut UnixStream) -> bool {
    let mut rung = [0; 64];
    loop {
        match bell.read(&mut rung) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
}

impl Graph {
    fn obey(&mut self, order: Order) {
        match order {
            Order::Watch {
                id,
                name,
                voice,
                stream,
            } => {
                let mut watch = Watch {
                    name,
                    awaited: voice.as_ref().and_then(|_| round_trip(&self.core, false)),
                    voice: voice.map(Rc::new),
                    stream: Rc::new(stream),
                    bound: None,
                };
                let mut nodes = self.nodes.values();
                if let Some(node) = nodes.find(|node| is_called(node, &watch.name)) {
                    watch.bind(&self.registry, node);
                }
                self.watches.insert(id, watch);
            }
            Order::Forget { id } => drop(self.watches.remove(&id)),
        }
    }

    /// Tells of the links that are gone, unless their nodes are, or nobody is there to make others.
    fn judge(&mut self) {
        if self.managers.is_empty() {
            return;
        }
        for link in self.severed.drain(..) {
            let is_its = |watch: &&Watch| watch.bound.as_ref().is_some_and(|b| b.id == link.output);
            for watch in self.watches.values().filter(is_its) {
                watch.stream.unlinked(&link.mark);
            }
        }
    }

    fn answered(&mut self, seq: AsyncSeq) {
        if self
            .judgement
            .take_if(|judgement| *judgement == seq)
            .is_some()
        {
            return self.judge();
        }
        let awaits = |watch: &&mut Watch| watch.awaited.is_some_and(|(awaited, _)| awaited == seq);
        let Some(watch) = self.watches.values_mut().find(awaits) else {
            return;
        };
        if let Some((_, false)) = watch.awaited {
            watch.awaited = round_trip(&self.core, true);
        } else {
            watch.awaited = None;
            if let Some(voice) = &watch.voice {
                voice.has_spoken();
            }
        }
    }

    fn added(&mut self, global: &GlobalObject<&DictRef>) {
        match global.type_ {
            ObjectType::Node => {}
            ObjectType::Link => return self.links.extend(self.link(global)),
            ObjectType::Metadata if property(global, "metadata.name") == Some("default") => {
                self.managers.insert(global.id);
                return self.judge();
            }
            _ => return,
        }
        for watch in self.watches.values_mut() {
            if watch.bound.is_none() && is_called(global, &watch.name) {
                watch.bind(&self.registry, global);
            }
        }
        self.nodes.insert(global.id, global.to_owned());
    }

    /// A link to a node that bears a mark of this crate. Both its ends were announced before it.
    fn link(&self, global: &GlobalObject<&DictRef>) -> Option<(u32, Link)> {
        let node = |end| property(global, end)?.parse::<u32>().ok();
        let output = node("link.output.node")?;
        let input = self.nodes.get(&node("link.input.node")?)?;
        let mark = property(input, "object.path").filter(|path| mark::is_one(path))?;
        let mark = mark.to_owned();
        Some((global.id, Link { output, mark }))
    }

    fn removed(&mut self, id: u32) {
        self.nodes.remove(&id);
        self.managers.remove(&id);
        if let Some(link) = self.links.remove(&id) {
            self.severed.push(link);
            self.judgement = self.core.sync(0).ok();
        }
        for watch in self.watches.values_mut() {
            if watch.bound.take_if(|bound| bound.id == id).is_some() {
                watch.stream.gone();
            }
        }
    }
}

fn property<'a, P: AsRef<DictRef>>(global: &'a GlobalObject<P>, key: &str) -> Option<&'a str> {
    global.props.as_ref()?.as_ref().get(key)
}

fn is_called<P: AsRef<DictRef>>(node: &GlobalObject<P>, name: &Name) -> bool {
    match name {
        Name::Serial(serial) => property(node, "object.serial") == Some(serial),
        Name::Node(name) => property(node, "node.name") == Some(name),
    }
}

/// Whether this is news of a node that has failed. Its text is left alone: nobody vouches for it.
fn has_failed(info: &NodeInfoRef) -> bool {
    let is_news = info.change_mask().contains(NodeChangeMask::STATE);
    is_news && info.as_raw().state == pw::sys::pw_node_state_PW_NODE_STATE_ERROR
}

/// Begins one: what was sent before is answered before it comes back.
fn round_trip(core: &CoreRc, is_last: bool) -> Option<(AsyncSeq, bool)> {
    Some((core.sync(0).ok()?, is_last))
}

impl Watch {
    fn bind<P: AsRef<DictRef>>(&mut self, registry: &RegistryRc, global: &GlobalObject<P>) {
        let Ok(node) = registry.bind::<Node, _>(global) else {
            return;
        };
        let (voice, stream) = (self.voice.clone(), self.stream.clone());
        // The first tells what was before: an old failure may be over when the node is used again.
        let is_new = Cell::new(true);
        let listener = node
            .add_listener_local()
            .info(move |info| {
                if !is_new.take() && has_failed(info) {
                    stream.failed();
                }
            })
            .param(move |_, _, _, _, parameter| {
                if let (Some(voice), Some(muted)) = (&voice, parameter.and_then(mute)) {
                    voice.says(muted);
                }
            })
            .register();
        if self.voice.is_some() {
            node.subscribe_params(&[ParamType::Props]);
        }
        self.bound = Some(Bound {
            id: global.id,
            _listener: listener,
            _node: node,
        });
    }
}

/// What a node's `Props` say. `mute` is what was asked for; `softMute` is what is done to the samples
/// where the card has no switch, and could only differ for a moment.
fn mute(parameter: &Pod) -> Option<bool> {
    let object = parameter.as_object().ok()?;
    let value = |key| {
        let property = object.find_prop(Id(key))?;
        property.value().get_bool().ok()
    };
    let asked = value(pw::spa::sys::SPA_PROP_mute);
    let done = value(pw::spa::sys::SPA_PROP_softMute);
    match (asked, done) {
        (None, None) => None,
        _ => Some(asked == Some(true) || done == Some(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_daemon_refuses_is_not_its_end() {
        let (not_found, not_valid, broken_pipe, reset) = (-2, -22, -32, -104);
        assert!([not_found, not_valid].into_iter().all(is_refusal));
        assert!(![broken_pipe, reset, 0].into_iter().any(is_refusal));
    }
}
