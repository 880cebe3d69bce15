//! Where a cluster of Confluent Cloud is, going by its address: [`region_and_provider`].

/// Region and cloud provider, read from a name such as
/// `pkc-1.us-east-1.aws.confluent.cloud:9092`.
pub(crate) fn region_and_provider(bootstrap: &str) -> (&str, String) {
    let mut parts = bootstrap.split('.').skip(1);
    match (parts.next(), parts.next()) {
        (Some(region), Some(cloud @ ("aws" | "azure" | "gcp"))) => {
            (region, cloud.to_ascii_uppercase())
        }
        _ => ("us-east-1", String::from("AWS")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_confluent_cloud_says_where_it_is() {
        let name = "pkc-1.eu-central-1.gcp.confluent.cloud:9092";
        assert_eq!(
            region_and_provider(name),
            ("eu-central-1", String::from("GCP"))
        );
        assert_eq!(region_and_provider("east:9092").0, "us-east-1");
    }
}
