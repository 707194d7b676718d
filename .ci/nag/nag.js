// cdk-nag's pack AwsSolutions over a CloudFormation template: node nag.js TEMPLATE REASONS [Parameter=Value ...]
//
// Prints each finding that no entry of REASONS covers, and each entry that covers none; exits with 1 if there are any. An entry has
// rule and resource (a logical id), of both of which * stands for any characters, finding (a part of what the rule found, for rules that tell
// several findings of one resource apart) and reason.
import { App, Aspects, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [templateFile, reasonsFile, ...given] = process.argv.slice(2);
const reasons = JSON.parse(readFileSync(reasonsFile, 'utf8'));
const parameters = Object.fromEntries(given.map((parameter) => parameter.split(/=(.*)/s)));

// By its text, since a resource may be visited more than once.
const findings = new Map();
const found = (data, finding) => {
  const entry = { rule: data.ruleId, resource: data.resource.logicalId, finding, info: data.ruleInfo };
  const resource = data.resource.node.id;
  findings.set(`${data.ruleId} ${resource} ${finding}`, { ...entry, resource });
};
let compliant = 0;
const findingsLogger = {
  onCompliance: () => compliant++,
  onNonCompliance: (data) => found(data, data.findingId),
  // A rule that cannot tell, such as one that meets a reference to a parameter.
  onError: (data) => found(data, `cannot be judged: ${data.errorMessage}`),
  onNotApplicable: () => {},
  // Suppressed in the template itself: reasons stand in one file.
  onSuppressed: (data) => found(data, data.findingId),
  onSuppressedError: (data) => found(data, `cannot be judged: ${data.errorMessage}`),
};

const outdir = mkdtempSync(join(tmpdir(), 'nag-'));
try {
  const app = new App({ outdir, analyticsReporting: false });
  new CfnInclude(new Stack(app, 'stack'), 'template', { templateFile, parameters });
  Aspects.of(app).add(new AwsSolutionsChecks({ reports: false, additionalLoggers: [findingsLogger] }));
  app.synth();
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

const matches = (pattern, text) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);
const covers = (entry, finding) =>
  matches(entry.rule, finding.rule) && matches(entry.resource, finding.resource) && finding.finding.includes(entry.finding ?? '');

const open = [...findings.values()].filter((finding) => !reasons.some((entry) => covers(entry, finding)));
const unused = reasons.filter((entry) => ![...findings.values()].some((finding) => covers(entry, finding)));
const unreasoned = reasons.filter((entry) => !entry.reason?.trim());

for (const { rule, resource, finding, info } of open) {
  console.log(`${rule} of ${resource}${finding ? `, ${finding}` : ''}: ${info}`);
}
for (const entry of unused) {
  console.log(`The reason for ${entry.rule} of ${entry.resource}${entry.finding ? `, ${entry.finding}` : ''} covers no finding: remove it`);
}
for (const entry of unreasoned) {
  console.log(`${entry.rule} of ${entry.resource} has no reason`);
}
console.log(`${compliant} checks pass, ${findings.size - open.length} findings have a written reason, ${open.length} have none`);
process.exitCode = compliant === 0 || open.length + unused.length + unreasoned.length > 0 ? 1 : 0;
