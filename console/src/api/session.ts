import type { Session } from '@hydracore/client';
import { api } from './client.ts';
import { isSignedOut } from './errors.ts';

/** That there may be a session. The cookie itself no script sees; without this mark nobody asks, and no 401 is in the console. */
const MARK = 'hydracore.signed-in';

let session: Session | null = null;
const listeners = new Set<() => void>();

/** Who is signed in; null: nobody. Asks the server once. */
export async function currentSession(): Promise<Session | null> {
  if (session !== null) return session;
  if (localStorage.getItem(MARK) === null) return null;
  try {
    session = await api.session.get();
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    forget();
  }
  return session;
}

/** @throws HydraCoreError in the words to show */
export async function signIn(api_key: string): Promise<void> {
  session = await api.session.create({ api_key });
  localStorage.setItem(MARK, '1');
}

/** Ends the session on the server too. */
export async function signOut(): Promise<void> {
  try {
    await api.session.delete();
  } catch (error) {
    // It has ended already: that is what was asked for.
    if (!isSignedOut(error)) throw error;
  }
  forget();
}

/** Called when an answer says that the session has ended: the screens go to the sign-in page and come back. */
export function endedElsewhere(): void {
  if (session === null) return;
  forget();
  for (const listener of listeners) listener();
}

/** @returns what takes the listener away again */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function forget(): void {
  session = null;
  localStorage.removeItem(MARK);
}
