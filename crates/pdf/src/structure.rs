//! The structure tree: what each piece of a page is, for who does not see it.

use std::num::NonZeroU16;

use krilla::geom::Rect;
use krilla::tagging::{
    BBox, Identifier, ListNumbering, Node as Child, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};

use crate::content::Tongue;

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    /// A heading: its level, and its words.
    Heading(u16, String),
    Paragraph,
    /// A chart, and what it shows in words.
    Figure(String),
    /// A table, and what it tells.
    Table(String),
    TableHead,
    TableBody,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    /// A list, numbered or with dots.
    List(bool),
    Entry,
    Label,
    EntryBody,
    Quote,
}

/// A node of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NodeId(usize);

struct Node {
    role: Role,
    parent: Option<NodeId>,
    /// What was drawn for it, in order.
    content: Vec<Identifier>,
    /// Where a figure is.
    place: Option<(usize, Rect)>,
}

/// The tree, filled while pages are drawn. A node has other nodes or content, never both.
#[derive(Default)]
pub(crate) struct Structure {
    nodes: Vec<Node>,
}

impl Structure {
    /// A new node behind all others; at the top without a parent.
    pub(crate) fn add(&mut self, parent: Option<NodeId>, role: Role) -> NodeId {
        self.nodes.push(Node { role, parent, content: Vec::new(), place: None });
        NodeId(self.nodes.len() - 1)
    }

    pub(crate) fn is_figure(&self, node: NodeId) -> bool {
        self.nodes.get(node.0).is_some_and(|node| matches!(node.role, Role::Figure(_)))
    }

    /// Something was drawn for a node.
    pub(crate) fn drawn(&mut self, node: NodeId, content: Identifier) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.content.push(content);
        }
    }

    /// A figure stands on a page.
    pub(crate) fn placed(&mut self, node: NodeId, page: usize, place: Option<Rect>) {
        if let Some(node) = self.nodes.get_mut(node.0) {
            node.place = place.map(|place| (page, place));
        }
    }

    /// The tree for the file.
    pub(crate) fn tree(&self, language: Tongue) -> TagTree {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut roots = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            match node.parent {
                Some(parent) => {
                    if let Some(siblings) = children.get_mut(parent.0) {
                        siblings.push(index);
                    }
                }
                None => roots.push(index),
            }
        }
        let mut tree = TagTree::new().with_lang(Some(language.tag().to_owned()));
        for root in roots {
            if let Some(group) = self.group(root, &children) {
                tree.push(group);
            }
        }
        tree
    }

    fn group(&self, index: usize, children: &[Vec<usize>]) -> Option<TagGroup> {
        let node = self.nodes.get(index)?;
        let own = node.content.iter().copied().map(Child::from);
        let below = children.get(index)?.iter().filter_map(|child| self.group(*child, children));
        Some(TagGroup::with_children(tag(node), own.chain(below.map(Child::from)).collect()))
    }
}

fn tag(node: &Node) -> TagKind {
    match &node.role {
        Role::Heading(level, words) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(words.clone())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Figure(told) => {
            let place = node.place.map(|(page, place)| BBox::new(page, place));
            Tag::Figure(Some(told.clone())).with_bbox(place).into()
        }
        Role::Table(summary) => Tag::Table.with_summary(Some(summary.clone())).into(),
        Role::TableHead => Tag::THead.into(),
        Role::TableBody => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
        Role::List(is_numbered) => {
            let numbering = if *is_numbered { ListNumbering::Decimal } else { ListNumbering::Disc };
            Tag::L(numbering).into()
        }
        Role::Entry => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::EntryBody => Tag::LBody.into(),
        Role::Quote => Tag::BlockQuote.into(),
    }
}
