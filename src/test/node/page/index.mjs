// What people would write instead: read the token, open the incident. Nothing is claimed, paced, recorded or looked up.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const secrets = new SecretsManagerClient({});
let token;

export const handler = async (event) => {
  token ??= (await secrets.send(new GetSecretValueCommand({ SecretId: process.env.SECRET_ID }))).SecretString;
  await Promise.all(event.Records.map((record) => page(JSON.parse(record.body))));
  return { batchItemFailures: [] };
};

async function page(alert) {
  const answer = await fetch(`${process.env.PAGERDUTY_URL}/incidents`, {
    method: 'POST',
    headers: {
      Accept: 'application/vnd.pagerduty+json;version=2',
      Authorization: `Token token=${token}`,
      'Content-Type': 'application/json',
      From: process.env.PAGERDUTY_FROM,
    },
    body: JSON.stringify({
      incident: {
        type: 'incident',
        title: alert.title,
        service: { id: process.env.SERVICE_ID, type: 'service_reference' },
        incident_key: alert.alertId,
        body: { type: 'incident_body', details: alert.summary },
      },
    }),
  });
  if (answer.status !== 201) {
    throw new Error(`PagerDuty answered ${answer.status}: ${await answer.text()}`);
  }
  await answer.text();
}
