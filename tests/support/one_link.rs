//! A world of one link, of any size: [`one_link`].

/// A link from east to west with so many source topics, of which the first have a mirror topic; `west` is what else
/// the destination has.
pub(crate) fn one_link(mirrors: usize, topics: usize, west: &str) -> String {
    let rows = match mirrors {
        0 => String::new(),
        count => format!("mirrors: [{{ source_topic: 't-{{n}}', count: {count} }}]"),
    };
    format!(
        r"
version: 1
clock: {{ mode: {{ auto: {{ speed: 1.0 }} }} }}
clusters:
  - id: lkc-east
    name: east
    topics: [{{ name: 't-{{n}}', count: {topics}, partitions: 1, records: 10 }}]
  - id: lkc-west
    name: west
    {west}
    links:
      - name: dr
        remote: lkc-east
        configs: {{ bootstrap.servers: lkc-east.sandbox.invalid:9092, security.protocol: SASL_SSL, sasl.mechanism: PLAIN, sasl.jaas.config: x }}
        {rows}
"
    )
}
