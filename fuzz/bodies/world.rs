//! Any bytes → a world file and a saved world, each served for one request. Nothing may panic.

use linkwright_sandbox::{Sandbox, World};

/// Reads the bytes as a world, and as the saved state of one.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(world) = World::from_yaml(text) {
        let sandbox = Sandbox::new(world);
        sandbox.advance(std::time::Duration::from_secs(600));
        let again = Sandbox::restore(&sandbox.save());
        assert!(again.is_ok(), "a world that was saved cannot be restored");
    }
    if let Ok(sandbox) = Sandbox::restore(text) {
        sandbox.advance(std::time::Duration::from_secs(600));
        let _ = sandbox.snapshot();
    }
}
