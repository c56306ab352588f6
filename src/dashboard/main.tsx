import { render } from 'preact';
import { type Me } from './answers';
import { ask, me, troubleOf, unanswered } from './api';
import { showLanguage } from './settings';
import { Shell } from './shell';
import { showTheme } from './theme';

showLanguage();
showTheme();
/** Only a server that answers knows that nobody is signed in: one that does not is asked again, as by a wall screen. */
function askWho(): void {
  ask<Me>('/session').then(
    (account) => (me.value = account),
    (error: unknown) => {
      const trouble = troubleOf(error);
      if (trouble.code === 'sign-in-needed') {
        me.value = null;
        return;
      }
      unanswered.value = trouble;
      setTimeout(askWho, ASK_AGAIN_MS);
    },
  );
}
const ASK_AGAIN_MS = 5_000;
askWho();
const root = document.getElementById('app');
if (root) render(<Shell />, root);
