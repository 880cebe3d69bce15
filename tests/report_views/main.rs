//! Every view of a plan, over small worlds made by hand.

#[cfg(test)]
mod anything;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod html;
#[cfg(test)]
mod mermaid;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod plan_json;
#[cfg(test)]
mod plan_markdown;
#[cfg(test)]
mod plan_text;
#[cfg(test)]
mod since;
#[cfg(test)]
mod status;
#[cfg(test)]
mod why;
#[cfg(test)]
mod world;
#[cfg(test)]
mod worlds;
