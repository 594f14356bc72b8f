//! What the executable carries: the site, when it was built in, and the public pack.

include!(concat!(env!("OUT_DIR"), "/site_files.rs"));
include!(concat!(env!("OUT_DIR"), "/pack_files.rs"));
