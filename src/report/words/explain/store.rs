//! The explanations of what the shared store and other runs prevent (`LW561` and following).

use super::Explanation;

/// Every such code, explained.
pub(super) const STORE: &[Explanation] = &[
    Explanation {
        code: "LW561",
        title: "the store cannot be used",
        why: "Leases keep two runs apart only if the store writes an object exactly when its condition holds. `apply` and `store check` try that each time, and read the version of the layout. A store that does not answer, does not permit a request, ignores `If-None-Match` or `If-Match`, or was written by a newer version of Linkwright is not used: `apply` makes no changes and exits with 1. Commands that only read never need the store.",
        example: "the store s3://example-links/prod cannot be used: write probe/3f9a1c07: the store does not answer: connection refused",
        remediation: "Run `linkwright store check` where `apply` runs, and correct what it names: the URL, the environment variables with region, endpoint and keys, or the role's permissions. To fail over, pause or reverse mirror topics whatever is wrong with the store, pass `--without-lease REASON`.",
    },
    Explanation {
        code: "LW562",
        title: "another run writes to the cluster, or uses the sandbox's state file",
        why: "Two runs at once undo each other's work, and neither report would be true. One holds the lease of the cluster (with a store) or a lock on this machine; the other makes no changes and exits with 1.",
        example: "lkc-west01: held by github:acme/links:17/20261127T140501Z-3f9a1c07 on runner-7 since 2026-11-27T14:05:01Z",
        remediation: "Wait for it with `--lease-timeout 10m`, or ask it to finish what is in flight and stop with `--preempt --lease-timeout 10m`, if it holds a lease: whoever uses the state file of a sandbox is not asked. If that run is dead, its lease is taken over after a minute without a renewal (`--lease-timeout 2m`). `linkwright lease release CLUSTER --holder ID` takes it from a run that is alive; the next one waits until that has ended, 80 seconds at most.",
    },
    Explanation {
        code: "LW563",
        title: "another run has changed the clusters since the plan was made",
        why: "Another run held the lease, or the lock on this machine, after this run had read the clusters, so they were read again; what would be done now is not what was approved. `apply` makes no changes and exits with 4.",
        example: "apply links/ --plan plan.json --lease-timeout 10m, while another apply resumes the same mirror topic",
        remediation: "Run the same command again. With a saved plan, make a new plan and have it reviewed.",
    },
    Explanation {
        code: "LW564",
        title: "the operation needs a lease",
        why: "`--without-lease` is for a disaster in which the store is down too: it permits only what brings a workload back, which is to fail over, to pause and to reverse mirror topics. Everything else, and deletions above all, waits for the store. `apply` makes no changes and exits with 3.",
        example: "apply links/ --without-lease \"us-east-1 is down\", with a link to create",
        remediation: "Plan only these operations, by their addresses, with `--target`; or repair the store.",
    },
    Explanation {
        code: "LW580",
        title: "whether credentials of this generation were written is not known",
        why: "The API does not return secrets, so that a raised `generation` differs from one that was written before only by a record. Without a shared store the record is a file on this disk, which a CI runner does not keep; it has no entry for this link, so nothing is written, and nothing is said of the credentials.",
        example: "credentials: { generation: 3, sasl_plain: { username: \"${env:LINK_KEY}\", password: \"${env:LINK_SECRET}\" } }   # in a fresh checkout",
        remediation: "Use a shared store: then a generation that is not on record is written, once. Without one, `--rotate LINK` writes the credentials now, and `--adopt-generation` records the declared generation as written without writing anything.",
    },
];
