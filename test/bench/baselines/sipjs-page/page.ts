// The softphone of sip.js's own guide: defaults throughout, save the microphone, which is treated as Commute treats it.
import { type Invitation, Inviter, Registerer, type Session, SessionState, type URI, UserAgent, Web } from 'sip.js';

const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: false };
const sessionDescriptionHandlerOptions = { constraints: { audio, video: false } };
const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`No element ${id}`);
  return found;
};
const state = element('state');
const sound = element('sound') as HTMLAudioElement;
const calls: Invitation[] = [];

const follow = (session: Session): void => {
  session.stateChange.addListener((next) => {
    state.textContent = next;
    if (next !== SessionState.Established) return;
    const handler = session.sessionDescriptionHandler;
    if (handler instanceof Web.SessionDescriptionHandler) sound.srcObject = handler.remoteMediaStream;
  });
};

const addressOf = (text: string): URI => {
  const uri = UserAgent.makeURI(text);
  if (uri === undefined) throw new Error(`${text} is not an address.`);
  return uri;
};

const agent = new UserAgent({
  uri: addressOf('sip:201@127.0.0.1'),
  transportOptions: { server: new URLSearchParams(location.search).get('server') },
  logBuiltinEnabled: false,
  delegate: {
    onInvite: (invitation) => {
      calls.push(invitation);
      follow(invitation);
      void invitation.progress();
    },
  },
});

element('answer').addEventListener('click', () => void calls.pop()?.accept({ sessionDescriptionHandlerOptions }));
element('dial').addEventListener('click', () => {
  const inviter = new Inviter(agent, addressOf('sip:203@127.0.0.1'), { sessionDescriptionHandlerOptions });
  follow(inviter);
  void inviter.invite();
});

await agent.start();
await new Registerer(agent).register();
state.textContent = 'registering';
