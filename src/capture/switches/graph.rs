//! A connection to PipeWire on which nodes are watched, and the loop of its thread.
//!
//! A node's mute is the property `mute` of its parameter `Props`; the daemon sends that when somebody subscribes
//! to it, and again with every change. Two round trips say when there is nothing to wait for: after the first
//! all nodes are known, after the second their parameters.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::mpsc::Receiver;

use ::pipewire as pw;
use pw::core::{CoreRc, PW_ID_CORE};
use pw::node::{Node, NodeListener};
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
use super::voices::Voice;
use crate::capture::CAT;

/// A node and what it is asked for. The listener goes first.
struct Bound {
    id: u32,
    _listener: NodeListener,
    _node: Node,
}

/// One watch.
struct Watch {
    name: Name,
    voice: Rc<Voice>,
    bound: Option<Bound>,
    /// The round trip under way, and whether it is the last one.
    awaited: Option<(AsyncSeq, bool)>,
}

struct Graph {
    core: CoreRc,
    registry: RegistryRc,
    nodes: HashMap<u32, GlobalObject<PropertiesBox>>,
    watches: HashMap<u64, Watch>,
}

/// Connects, and obeys until the other end of `bell` is closed.
///
/// # Errors
///
/// When there is no daemon. One that ends later ends the watching without a word.
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
        watches: HashMap::new(),
    }));

    let _core_listener = {
        let (main_loop, graph) = (main_loop.clone(), graph.clone());
        core.add_listener_local()
            .done(move |_, seq| graph.borrow_mut().answered(seq))
            .error(move |id, _, _, error| {
                // Those of nodes are theirs: one may go while it is being bound.
                if id == PW_ID_CORE {
                    gst::info!(CAT, "PipeWire's nodes are watched no more: {error}");
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
    graph.borrow_mut().watches.clear();
    Ok(())
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
            Order::Watch { id, name, voice } => {
                let mut watch = Watch {
                    name,
                    voice: Rc::new(voice),
                    bound: None,
                    awaited: round_trip(&self.core, false),
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

    fn answered(&mut self, seq: AsyncSeq) {
        let awaits = |watch: &&mut Watch| watch.awaited.is_some_and(|(awaited, _)| awaited == seq);
        let Some(watch) = self.watches.values_mut().find(awaits) else {
            return;
        };
        if let Some((_, false)) = watch.awaited {
            watch.awaited = round_trip(&self.core, true);
        } else {
            watch.awaited = None;
            watch.voice.has_spoken();
        }
    }

    fn added(&mut self, global: &GlobalObject<&DictRef>) {
        if global.type_ != ObjectType::Node {
            return;
        }
        for watch in self.watches.values_mut() {
            if watch.bound.is_none() && is_called(global, &watch.name) {
                watch.bind(&self.registry, global);
            }
        }
        self.nodes.insert(global.id, global.to_owned());
    }

    fn removed(&mut self, id: u32) {
        self.nodes.remove(&id);
        for watch in self.watches.values_mut() {
            watch.bound.take_if(|bound| bound.id == id);
        }
    }
}

fn is_called<P: AsRef<DictRef>>(node: &GlobalObject<P>, name: &Name) -> bool {
    let property = |key| node.props.as_ref().and_then(|p| p.as_ref().get(key));
    match name {
        Name::Serial(serial) => property("object.serial") == Some(serial),
        Name::Node(name) => property("node.name") == Some(name),
    }
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
        let voice = self.voice.clone();
        let listener = node
            .add_listener_local()
            .param(move |_, _, _, _, parameter| {
                if let Some(muted) = parameter.and_then(mute) {
                    voice.says(muted);
                }
            })
            .register();
        node.subscribe_params(&[ParamType::Props]);
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
