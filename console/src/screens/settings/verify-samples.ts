/** How a receiver verifies a webhook, in programs that run as they are. */

export const VERIFY_TYPESCRIPT = `import { verifyWebhook } from '@hydracore/client';

// The secret, or both of them while they are rotated.
const secrets = (process.env.WEBHOOK_SECRETS ?? '').split(',');

export async function receive(request: Request): Promise<Response> {
  try {
    const { id, payload } = await verifyWebhook(await request.text(), request.headers, secrets);
    console.log(id, payload); // unless you have seen this id already
    return new Response(null, { status: 204 });
  } catch {
    return new Response('not from HydraCore', { status: 400 });
  }
}
`;

export const VERIFY_PYTHON = `# pip install standardwebhooks
from standardwebhooks.webhooks import Webhook

webhook = Webhook("whsec_...")  # the secret that was shown at the rotation

def receive(body: bytes, headers: dict) -> None:
    payload = webhook.verify(body, headers)  # raises WebhookVerificationError
    print(headers["webhook-id"], payload)    # unless you have seen this id already
`;
