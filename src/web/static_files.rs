//! The style sheet, script and icons, inside the binary. Their addresses carry a hash of the content, so a browser may
//! keep them for good and still never shows an old one.

use std::sync::LazyLock;

use axum::Router;
use memory_serve::{CacheControl, Manifest};

/// The address of a static file: `asset("app.css")`. A file that does not exist reads as its plain address.
pub fn asset(name: &str) -> String {
    let route = format!("/{name}");
    let served = MANIFEST.get(&route).unwrap_or(&route);
    format!("/static{served}")
}

pub(super) fn router() -> Router {
    ROUTER.clone()
}

static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| files().manifest());
// Made once: the library keeps the unpacked files for the life of the process.
static ROUTER: LazyLock<Router> = LazyLock::new(|| files().into_router());

fn files() -> memory_serve::MemoryServe {
    memory_serve::load!().index_file(None).enable_hashed_routes(true).cache_control(CacheControl::NoCache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_the_hash() {
        let robots = asset("robots.txt");
        assert!(robots.starts_with("/static/robots.") && robots != "/static/robots.txt");
        assert_eq!(asset("none.css"), "/static/none.css");
    }
}
