//! The whole first-party catalogue on every server: what is observed is what is expected, and an upgrade
//! leaves it so.

use tests::home;
use tests::server::TestServer;

use crate::life::demand_healthy;

/// The tenants of the demo: slug, template, modules, customization.
const TENANTS: [(&str, &str, &[&str], Option<&str>); 3] = [
    (
        "nepali-congress",
        "political_party_nepal@1.0.0",
        &[
            "membership_management@1.0.0",
            "finance_tracking",
            "election_campaign",
        ],
        Some("nepali_congress"),
    ),
    (
        "cpn-uml",
        "political_party_nepal@1.0.0",
        &["membership_management@1.0.0", "social_media"],
        Some("cpn_uml"),
    ),
    ("nrna", "non_profit_organization", &["social_media"], None),
];

/// The templates that no tenant of the demo has.
const OTHER_TEMPLATES: [&str; 4] = [
    "community_group",
    "corporate",
    "educational_institution",
    "election_system",
];

#[test]
fn the_whole_catalogue_is_provisioned_without_a_difference() {
    for server in TestServer::all() {
        let strata = home::with_first_party();
        server.add_to(&strata, "east", 10);
        let others: Vec<String> = OTHER_TEMPLATES
            .iter()
            .map(|_| server.slug("template"))
            .collect();
        let mut slugs: Vec<&str> = TENANTS.iter().map(|tenant| tenant.0).collect();
        slugs.extend(others.iter().map(String::as_str));
        let _swept = server.sweeping(&slugs);
        for (slug, template, modules, custom) in TENANTS {
            let mut arguments = vec![
                "tenant",
                "create",
                slug,
                "--name",
                "T",
                "--server",
                "east",
                "--template",
                template,
            ];
            for module in modules {
                arguments.extend(["--module", module]);
            }
            arguments.extend(custom.iter().flat_map(|custom| ["--custom", custom]));
            strata.ok(&arguments);
        }
        for (slug, template) in others.iter().zip(OTHER_TEMPLATES) {
            let arguments = [
                "tenant",
                "create",
                slug,
                "--name",
                "T",
                "--template",
                template,
            ];
            strata.ok(&arguments);
        }
        demand_healthy(&strata);
        let plan = strata.json(&[
            "plan",
            "cpn-uml",
            "--template",
            "political_party_nepal@2.0.0",
        ]);
        strata.ok(&[
            "apply",
            "cpn-uml",
            "--plan",
            plan["digest"].as_str().unwrap(),
        ]);
        demand_healthy(&strata);
    }
}
