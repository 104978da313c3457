namespace CursorBroker.EndToEnd.Tests.Support;

/// <summary>The policies of these tests. The sandbox's issuer is the host's to trust and stands in none of them.</summary>
internal static class Policies
{
    /// <summary>The rules of the sandbox's own policy, and repositories with what that one has none of: hidden tags, denied paths, approvals.</summary>
    public const string Everyday = """
        version: 1
        ceiling: { administration: none, workflows: none }
        rules:
          - id: payments
            who: { groups: [payments-dev] }
            repositories: [acme/payments-*]
            allow: { contents: write }
            refs: { visible: [main, "release/*", "cursor/**", "refs/tags/*"], push: ["cursor/**"] }
            deny:
              - { push: { refs: ["refs/tags/**"] } }
              - { push: { refs: [main, "release/*"], delete: true } }
          - id: payments-leads
            who: { groups: [payments-leads] }
            repositories: [acme/payments-*]
            allow: { contents: write }
          - id: build
            who: { workloads: ["**"] }
            repositories: [acme/payments-*, acme/hidden-*]
            allow: { contents: read }
            refs: { visible: [main, "release/*", "refs/tags/*"] }
          - id: hidden
            who: { groups: [payments-dev] }
            repositories: [acme/hidden-*]
            allow: { contents: write }
            refs: { visible: [main, "refs/tags/v*"], push: ["cursor/**"] }
          - id: guarded
            who: { groups: [payments-dev] }
            repositories: [acme/guarded-*]
            allow: { contents: write }
            deny:
              - { push: { paths: ["**/*.pem"] } }
          - id: approved
            who: { groups: [payments-dev] }
            repositories: [acme/approved-*]
            allow: { contents: write }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-leads] } }
          - id: shared
            who: { groups: [payments-dev, payments-leads] }
            repositories: [acme/shared-*]
            allow: { contents: write }
            approve:
              - { when: { push: { refs: [main] } }, by: { groups: [payments-dev, payments-leads] } }
          - id: production
            who: { groups: [payments-dev] }
            repositories: [acme/production-*]
            allow: { contents: write }
            approve:
              - { when: { paths: ["deploy/prod/**"] }, by: { groups: [payments-leads] } }
          - id: inspected
            who: { groups: [payments-dev] }
            repositories: [acme/inspected-*, acme/inspectedpaths-*]
            allow: { contents: write }
            opaque: inspect
          - id: inspectedpaths
            who: { groups: [payments-dev] }
            repositories: [acme/inspectedpaths-*]
            allow: { contents: write }
            opaque: inspect
            deny:
              - { read: { paths: ["secrets/**"] } }
          - id: unreadable
            who: { groups: [payments-dev] }
            repositories: [acme/unreadable-*]
            allow: { contents: write }
            deny:
              - { read: { paths: ["secrets/**"] } }
        """;
}
