/** Sentences of the demo's invented authors; {brand} and {tag} are filled in. Nobody else wrote them. */

export interface Language {
  lang: string;
  /** How often the language comes up, against the others. */
  weight: number;
  praise: readonly string[];
  complaints: readonly string[];
  talk: readonly string[];
}

export const AIRLINE_PHRASES: readonly Language[] = [
  {
    lang: 'en',
    weight: 10,
    praise: [
      'Smooth boarding, kind crew and we landed early. Thank you {brand}! {tag}',
      '{brand} found my jacket before I noticed that it was gone 🧥',
      'Window seat, sunrise over the clouds, hot tea. Well done {brand} {tag}',
      'Big thanks to the night desk of {brand}: rebooked in four minutes ✈️',
      'My kids got to see the cockpit. They will not stop talking about {brand} {tag}',
    ],
    complaints: [
      'Two hours on the tarmac and no word from anyone, {brand}? {tag}',
      '{brand} my suitcase took a holiday without me. Who can look into this?',
      'The app of {brand} says on time, the board says delayed. Which one is it? {tag}',
      'Third gate change today. {brand} please pick one 🙃 {tag}',
      '.{brand} I have been on hold since lunch, and I ate late',
      '{brand} the refund form ends in an error page every single time {tag}',
    ],
    talk: [
      'Flying with {brand} to a wedding on Saturday {tag}',
      'Does {brand} still let you bring a folded bicycle on board?',
      'Spotted a fresh livery of {brand} over the harbour this morning {tag}',
      'Packing light this time: one bag, one book, {brand} at noon {tag}',
    ],
  },
  {
    lang: 'de',
    weight: 4,
    praise: [
      'Pünktlich, freundlich, leise. Gerne wieder, {brand}! {tag}',
      'Danke an die Dame am Schalter von {brand}, Anschluss doch noch geschafft 🙏',
    ],
    complaints: [
      '{brand} seit drei Stunden warten wir in Halle B. Weiß jemand mehr? {tag}',
      'Koffer beschädigt, Formular nicht auffindbar. Wie geht es jetzt weiter, {brand}?',
    ],
    talk: ['Morgen früh mit {brand} in den Süden ☀️ {tag}', 'Hat {brand} eigentlich noch Zeitungen an Bord?'],
  },
  {
    lang: 'es',
    weight: 4,
    praise: [
      'Un vuelo tranquilo y una tripulación muy amable. ¡Gracias, {brand}! {tag}',
      '¡Qué bien, {brand} encontró mi mochila! 🎒',
    ],
    complaints: [
      '{brand} llevamos dos horas sin noticias en la puerta 14 {tag}',
      '¿Por qué no puedo cambiar mi asiento en la página, {brand}?',
    ],
    talk: [
      'El viernes volamos con {brand} a ver a la abuela {tag}',
      '¿Alguien sabe si {brand} permite viajar con guitarra?',
    ],
  },
  {
    lang: 'fr',
    weight: 3,
    praise: ['Équipage adorable et arrivée en avance, merci {brand} ! {tag}'],
    complaints: [
      '{brand} toujours aucune nouvelle de ma valise depuis mardi {tag}',
      'Encore un retard, {brand}… on attend une explication.',
    ],
    talk: ['Départ demain avec {brand}, première fois en hiver ❄️ {tag}'],
  },
  {
    lang: 'pt',
    weight: 2,
    praise: ['Voo tranquilo e café quente. Obrigada, {brand}! {tag}'],
    complaints: ['{brand} já são três horas de espera e ninguém explica nada {tag}'],
    talk: ['Amanhã cedo com a {brand} para o litoral 🌊 {tag}'],
  },
  {
    lang: 'ja',
    weight: 2,
    praise: ['とても快適な空の旅でした。ありがとう {brand} さん {tag}'],
    complaints: ['{brand} 荷物がまだ届きません。確認をお願いします {tag}'],
    talk: ['来週は {brand} で北へ行きます ✈️ {tag}'],
  },
];

export const COMPANY_PHRASES: readonly Language[] = [
  {
    lang: 'en',
    weight: 10,
    praise: [
      'The new {brand} release just works. Chapeau {tag}',
      'Support of {brand} answered on a Sunday. I am impressed 👏',
      'Best thing I saw all week came from {brand} {tag}',
    ],
    complaints: [
      '{brand} is down again, or is it only me? {tag}',
      'I cancelled {brand} twice and it came back twice {tag}',
      '{brand} your newsletter link leads nowhere',
    ],
    talk: [
      'Reading what {brand} wrote about remote work, what do you think? {tag}',
      'Anyone going to the {brand} evening on Thursday? {tag}',
      'My cousin starts at {brand} next month, wish him luck',
    ],
  },
  {
    lang: 'de',
    weight: 3,
    praise: ['Endlich mal eine Anleitung, die man versteht. Danke {brand} {tag}'],
    complaints: ['{brand} lädt bei mir seit gestern nicht mehr {tag}'],
    talk: ['Schaut noch jemand die Sendung von {brand} heute Abend? {tag}'],
  },
  {
    lang: 'es',
    weight: 3,
    praise: ['Muy buena la charla de {brand}, aprendí mucho {tag}'],
    complaints: ['{brand} lleva toda la mañana sin responder {tag}'],
    talk: ['¿Qué les parece lo nuevo de {brand}? {tag}'],
  },
  {
    lang: 'fr',
    weight: 2,
    praise: ['Bravo à toute l’équipe de {brand} 👏 {tag}'],
    complaints: ['{brand} ne s’ouvre plus depuis la mise à jour {tag}'],
    talk: ['Vous utilisez {brand} au travail ? {tag}'],
  },
];
