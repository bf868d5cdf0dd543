// Every rule for schemas of graphql-eslint that says something about ours; options differ from the rule's own
// defaults only where the line above gives the reason.
import graphql from "@graphql-eslint/eslint-plugin";

const rules = {
  "description-style": "error",
  // Types are PascalCase (naming-convention), fields camelCase: they are the same but for the first letter.
  "input-name": ["error", { checkInputType: true, caseSensitiveInputType: false }],
  "known-argument-names": "error",
  "known-directives": "error",
  "known-type-names": "error",
  "lone-schema-definition": "error",
  "naming-convention": [
    "error",
    {
      types: "PascalCase",
      FieldDefinition: "camelCase",
      InputValueDefinition: "camelCase",
      Argument: "camelCase",
      DirectiveDefinition: "camelCase",
      EnumValueDefinition: "UPPER_CASE",
      "FieldDefinition[parent.name.value=Query]": { forbiddenPrefixes: ["query", "get", "list", "find"], forbiddenSuffixes: ["Query"] },
      "FieldDefinition[parent.name.value=Mutation]": { forbiddenPrefixes: ["mutation"], forbiddenSuffixes: ["Mutation"] },
      "FieldDefinition[parent.name.value=Subscription]": { forbiddenPrefixes: ["subscription", "on"], forbiddenSuffixes: ["Subscription"] },
      EnumTypeDefinition: { forbiddenPrefixes: ["Enum"], forbiddenSuffixes: ["Enum"] },
      InterfaceTypeDefinition: { forbiddenPrefixes: ["Interface"], forbiddenSuffixes: ["Interface"] },
      UnionTypeDefinition: { forbiddenPrefixes: ["Union"], forbiddenSuffixes: ["Union"] },
      ObjectTypeDefinition: { forbiddenPrefixes: ["Type"], forbiddenSuffixes: ["Type"] },
    },
  ],
  "no-hashtag-description": "error",
  "no-scalar-result-type-on-mutation": "error",
  "no-typename-prefix": "error",
  "no-unreachable-types": "error",
  "provided-required-arguments": "error",
  "relay-arguments": "error",
  "relay-connection-types": "error",
  // Short closed lists (roles, tags, errors) are plain lists, and every connection offers `nodes` beside `edges`.
  "relay-edge-types": ["error", { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false }],
  "relay-page-info": "error",
  "require-deprecation-reason": "error",
  "require-description": [
    "error",
    {
      types: true,
      rootField: true,
      DirectiveDefinition: true,
      EnumValueDefinition: true,
      FieldDefinition: true,
      InputValueDefinition: true,
    },
  ],
  "require-nullable-fields-with-oneof": "error",
  "require-nullable-result-in-root": "error",
  // Values that stand only inside another object, and what is said once and never looked up again, have no id.
  "strict-id-in-types": [
    "error",
    {
      exceptions: {
        types: [
          "BulkResult", "ConditionField", "Count", "EventPage", "HttpHeader", "ImportTemplate", "JobProgress", "LocalizedLabel", "NotificationAdded", "NotificationPreference",
          "EventKind", "FormField", "Helpdesk", "PageInfo", "Permission", "Plan", "Plugin", "PluginFailure", "PluginProvider", "PluginRulePart", "PluginScope", "Preset", "RateLimit", "ShownBlock", "SignInRole", "SnippetPart", "TicketPresence", "TicketPresenceChanged", "Viewer",
          "ViewSortKey",
        ],
        suffixes: ["Connection", "Edge", "Error", "Hit", "Payload", "Permissions", "Value"],
      },
    },
  ],
  "unique-directive-names": "error",
  "unique-directive-names-per-location": "error",
  "unique-enum-value-names": "error",
  "unique-field-definition-names": "error",
  "unique-operation-types": "error",
  "unique-type-names": "error",
};

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: "schema.graphql" } } },
    plugins: { "@graphql-eslint": graphql },
    linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true },
    rules: Object.fromEntries(Object.entries(rules).map(([name, options]) => [`@graphql-eslint/${name}`, options])),
  },
];
