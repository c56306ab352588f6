import { useEffect, useRef } from 'preact/hooks';
import { type Me } from '../answers';
import { ask, me, useAsked } from '../api';
import { Field, Form } from '../parts';
import { goTo, setupSecret } from '../route';
import { t } from '../settings';

/** SignIn asks who is there; with the server's one-time link it makes the first account. */
export function SignIn() {
  const secret = setupSecret();
  const health = useAsked<{ readonly setup: boolean }>('/health');
  const words = secret === null ? t.value.signIn : t.value.setup;
  const isFresh = health.value?.setup === true;
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <main id="content" class="sign-in" tabIndex={-1}>
      <div class="card">
        <img src="/icon.svg" alt="" width="40" height="40" />
        <h1>{words.title}</h1>
        {secret !== null && <p class="quiet">{t.value.setup.hint}</p>}
        {secret === null && isFresh && <p class="notice">{t.value.signIn.fresh}</p>}
        <Form
          submit={words.go}
          onSend={async ({ name = '', password = '', lasting }) => {
            if (secret !== null) await ask('/setup', { method: 'POST', body: { secret, name, password } });
            const body = { name, password, ...(lasting === undefined ? {} : { lasting: true }) };
            me.value = await ask<Me>('/session', { method: 'POST', body });
            if (secret !== null) goTo('#/overview');
          }}
        >
          <Field label={t.value.signIn.name}>
            <input name="name" required maxLength={64} autocomplete="username" ref={first} />
          </Field>
          <Field label={words.password}>
            <input
              name="password"
              type="password"
              required
              {...(secret === null ? {} : { minLength: 12 })}
              maxLength={256}
              autocomplete={secret === null ? 'current-password' : 'new-password'}
            />
          </Field>
          {secret === null && (
            <label class="check" title={t.value.signIn.lastingHint}>
              <input type="checkbox" name="lasting" />
              {t.value.signIn.lasting}
            </label>
          )}
        </Form>
      </div>
    </main>
  );
}
