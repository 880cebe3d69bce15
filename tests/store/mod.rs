//! The shared store: leases, when many runs want the same clusters.

mod memory;
mod preempt;
mod race;
mod release;
mod schemas;
