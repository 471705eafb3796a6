"""Words around private data in seven languages.

English, German, French, Spanish, Italian, Portuguese and Dutch.

Each constant is a regular expression (an alternation), or a set of lower-case words.
"""

from __future__ import annotations

# Passwords proper. A plain word after one of these and a copula is private too.
PASSWORDS = r"""
    pass[ _-]?(?:word|wort|wd|code|phrase|key) | pas{1,2}w?(?:ord|rd|od|rod|ort|wrod|wor) | pwd | pw | psw | pswd | psswd | pwort | paswoord | p/w | ww
  | pass(?=[ ]?[:=])
  | (?:[^\W\d_]+-?)?(?:kennwort|passwort|wachtwoord|zugangswort) | wachtwoordzin | losungswort
  | mots?[ -]?de[ -]?passes? | mdp | phrase[ ](?:de[ ]passe|secr[eè]te)
  | contrase[nñ]a | palabra[ ]de[ ]paso | frase[ ]de[ ](?:contrase[nñ]a|paso) | clave
  | parola[ ]d'ordine | frase[ ](?:segreta|d'accesso)
  | senha | palavra[ -]passe | contrassenha | frase[ ]secreta
  | (?:seed|recovery|backup|secret)[ ]phrase | mnemonic
"""

# Secrets that are keys or tokens. Only a value that looks like a key is private.
KEYS = r"""
    (?:api|access|private|secret|auth|signing|encryption|client|license|licence|product|serial|master
      |account|shared[ _-]?access|wifi|wlan|wi-fi|network|subscription|recovery|backup|session|bot
      |deploy|service|consumer|webhook)[ _-]?(?:keys?|token|secret|password|codes?)
  | pass(?=[ ](?:is|was|does|ist|est|es|è|é)[ ]|[ ][^\s]{0,64}\d) | secret | token | credentials? | keyphrase
  | (?:api|geheim|zugangs|zugriffs|lizenz|wlan|netzwerk)-?schlüssel | zugangsdaten | geheimnis
  | cl[eé][ ](?:api|secr[eè]te|priv[eé]e|d'acc[eè]s|wifi|wi-fi) | jeton
  | clave[ ](?:api|secreta|privada|de[ ]acceso) | credencia(?:les|is)
  | chiave[ ](?:api|segreta|privata|d'accesso) | credenziali
  | chave[ ](?:api|secreta|privada|de[ ]acesso)
  | (?:api-?|geheime[ ]|toegangs)sleutel | inloggegevens
"""

# Words with other meanings too. Only a value that looks like a key is private, behind a colon too.
WEAK_KEYS = r"""
    key | schlüssel | cl[eé] | chiave | chave | sleutel | identifiants? | secreto | segreto | segredo
  | geheim | log[ -]?in(?:[ ](?:details|data))? | zugang
"""

# Short codes of digits.
PINS = r"""
    pin(?:[ -]?(?:code|number|nummer|no))? | otp(?:[ ]code)? | puk | cvv2? | cvc2? | totp
  | (?:[im]|sms-?|push-?|photo-?|chip-?)?tan
  | one[ -]time[ -](?:code|pin|pass(?:word|code)) | (?:2fa|mfa|sms)[ -](?:code|token) | 2fa | mfa | geheimzahl
  | (?:safe|lock|locker|vault)[ -]?combination
  | (?:best[aä]tigungs|sicherheits|zugangs|einmal|verifizierungs|freischalt|tür|tor|haus|alarm|tresor|safe
      |entsperr|aktivierungs|anmelde|login|zutritts|zahlen|sms|pin|toegangs|kluis|poort|verificatie
      |bevestigings|beveiligings|inlog|deur|sms-)-?code | pr[uü]fziffer
  | code[ ](?:de[ ](?:v[eé]rification|s[eé]curit[eé]|confirmation
      |d[eé]verrouillage|connexion|la[ ]porte)|du[ ](?:portail|coffre|cadenas)|de[ ]l'(?:alarme|immeuble|entr[eé]e)
      |d'(?:acc[eè]s|entr[eé]e|activation|authentification)|secret|pin|sms)
  | c[oó]digo[ ](?:de[ ](?:verificaci[oó]n|seguridad|acceso|confirmaci[oó]n|verifica[cç][aã]o
      |seguran[cç]a|acesso|confirma[cç][aã]o|la[ ](?:puerta|alarma|entrada)|desbloqueo|activaci[oó]n
      |desbloqueio|ativa[cç][aã]o)|d[ao][ ](?:porta|alarme|port[aã]o)|secreto|pin|sms)
  | codice[ ](?:di[ ](?:verifica|sicurezza|accesso|conferma|sblocco|attivazione)|d'accesso
      |del(?:la[ ]porta|[ ]cancello|l'allarme)|segreto|pin|otp)
  | code[ ]van[ ](?:de|het)[ ](?:deur|alarm|kluis|poort|slot)
"""

# Private only with "is" or a colon, and without a word such as "error" beside it.
PLAIN_CODES = r"code | c[oó]digo | codice"

# Adjectives of a code that is private: "security code 1234", "code de vérification 1234".
CODE_ADJECTIVES = r"""
    (?:security|verification|login|log-in|sign-in|access|confirmation|authentication|activation|auth
      |door|gate|alarm|unlock|entry|safe|secret|recovery|sms|reset|backup|lock|phone|card)
"""

# A word before or after "code" that makes it harmless.
HARMLESS_CODES = frozenset(
    """error exit status http response return zip post postal country area dialling dialing promo
    promotion discount coupon voucher referral source product item article part sort swift bic morse
    dress tax airport iso airline ean sku language currency color colour bar qr building stop reason
    fehler status erreur postal postale pays produit promotionnel errore postale prodotto sconto erro
    produto desconto fout produto producto descuento pais país paese land result opcode key cost
    """.split()  # noqa: SIM905  a list of words reads best as text
)

COPULAS = (
    r"(?:is|was|are|were|isn't|ist|war|lautet|lautete|heißt|heisst|est|c'est|c'était|était|etait|sont|es|era|fue|son"
    r"|è|e'|é|foi|são|luidt|equals|being|would[ ]be|should[ ]be|will[ ]be|used[ ]to[ ]be)"
)

# Words that may stand between a label and a value that looks like a password.
CONNECTING = r"""(?:
    still|now|just|always|currently|again|here|called|like|set[ ]to|changed[ ]to|reset[ ]to|to[ ]be
  |i[ ]use|i[ ]used|i[ ]typed|i[ ]entered|i[ ]tried|i[ ]have|as|it's|its|of|my|the|is|was|namely
  |immer|noch|jetzt|mein|meine|das|von|toujours|encore|maintenant|mon|ma|siempre|todavía|ahora|mi
  |sempre|ancora|adesso|mio|mia|ainda|agora|meu|minha|altijd|nog|nu|mijn|het|number|nummer|numéro
  |número|numero
)"""

# Determiners of a password of a certain person, against "a password is mandatory".
DEFINITE = frozenset(
    """my our the his her their your this that new old current correct wifi wi-fi wlan admin root
    mein meine meinem unser unsere das dem dein ihr sein neues altes mon notre le leur son votre ton
    mi mis nuestra la su tu mia nostra il nuova vecchia tua minha nossa a sua mijn ons onze het zijn
    haar de je nieuwe oude""".split()  # noqa: SIM905  a list of words reads best as text
)

# Nouns behind a label that name a property of passwords: "password length is 12".
ATTRIBUTES = frozenset(
    """manager managers policy policies field fields length hash hashes reset link page button expiry
    expiration error errors prompt rule rules strength generator format hint question change history
    box form input screen requirement requirements protection option flag argument parameter storage
    lifetime ttl duration timeout validity age rotation update recovery file vault algorithm type size version limit count id name usage auth
    """.split()  # noqa: SIM905  a list of words reads best as text
)

# Words after "is X" where a plain X can be the whole password.
CONJUNCTIONS = (
    r"(?:and|but|or|how|why|what|can|please|so|und|aber|oder|wie|warum|bitte|et|mais|ou|comment"
    r"|pourquoi|y|pero|o|cómo|como|por|e|ma|come|perché|mas|porque|en|maar|of|hoe|waarom|doesn't|does)"
)

# Function words and verbs that begin a sentence about a label, and never are a value.
NO_VALUES = frozenset(
    """a able about after again all almost also always am an and another any are as at be because been
    before being but by can cannot can't change changed check could did didn't do does doesn't don't
    each enter every exactly few find first for forgot forgotten from get give given going good had
    has hasn't have he her here his how i i'm if in into is isn't it its just keep keeps last let like
    lost made make many may me more most much must my need needs never new no none nor not nothing now
    of off often on once one only or other our out over per please reset same see set shall she should
    since so some something still such take than that the their them then there these they this those
    to too under until unless up use used using very via was wasn't we were what when where whether
    which while who whose why will with within without won't work works would yes you your anyone
    someone anything help want wants

    aber alle als am an auch auf aus bei bin bis bitte da damit dann das dass dein dem den der des die
    dies dieses doch du durch ein eine einem einen einer eines er es etwas für geht gibt habe haben hat
    hier ich ihr im immer in ist ja jeder jedes jetzt kann kein keine können man mein meine mich mir
    mit muss nach nicht nichts noch nun nur ob oder ohne schon sehr sein seit sich sie sind so soll um
    und uns unser von vor war warum was wegen weil wenn wer werden wie wieder wird wo wurde zu zum zur
    zurücksetzen ändern vergessen

    ai alors après au aucun aussi aux avec avoir car ce cela ces cet cette ceci chaque chez comment
    comme dans de déjà des deux doit donc du elle en encore est et eu faut il ils je jamais là la le
    les leur lui ma mais me mes moi mon ne ni non nos notre nous on ou où par parce pas peu peut plus
    pour pourquoi quand que quel quelle quelles quels qui quoi sa sans se ses si son sont sur ta tes
    toi ton toujours tous tout très trop tu un une va vos votre vous y changer oublié oublie

    a al algo alguien antes aquí así aún bien cada como cómo con contra cual cuál cuando cuándo de del
    desde donde dónde dos el ella ellos en entre era es esa ese eso esta está este esto fue ha hay he
    la las le lo los mas más me mi mis mucho muy nada ni no nos nunca o otra otro para pero poco por
    porque puede puedo que qué quien quién se ser si sí sin sobre solo sólo son su sus también tan te
    tengo tiene todo tu un una unas unos ya yo cambiar olvidé

    ad agli ai al alla anche ancora avere ben che chi ci cioè col come con cosa cui da dal dalla dei
    del della delle devo di dove due ed era fa gli ha ho i il in io la le lei lo loro lui ma mai me
    mia mio molto nel nella no noi non nostro o ogni per perché più poi posso può qual quale quando
    quanto quella quello questa questo qui se sei sempre senza si sia sono sta su sua sul suo tra
    troppo tutto un una uno va vi cambiare dimenticato

    à ao aos às até com da das de dela dele do dos e é ela ele em entre era essa esse esta está este
    eu foi há isso isto já lhe mais mas me mesmo meu minha muito na nas não nem no nos nós nossa nosso
    num numa o os ou para pela pelo pode por porque posso quais qual quando que quem são se sem ser
    seu sua só também te tem tenho todo tu um uma você mudar alterar esqueci

    aan al alleen als altijd andere ben bij dan dat de deze die dit doen door dus een eens en er geen
    haar had heb hebben heeft hem het hier hij hoe ik in is je jij kan kunnen maar meer men met mij
    mijn moet na naar niet niets nog nu of om omdat ons onze ook op over te tegen ten ter toch toen
    tot u uit uw van veel voor waar waarom wat welk welke werd wie wij wil worden wordt ze zelf zich
    zij zijn zo zonder wijzigen vergeten
    """.split()  # noqa: SIM905  a list of words reads best as text
)

# States of a password or code, after a copula.
STATES = frozenset(
    """absent active available away bad basic blank busy case-sensitive case clear common compliant
    complex confidential correct corrupt critical dead default different difficult due easy empty
    encrypted enough equal essential expired false fine forgotten free generic gone great hard
    hidden ignored illegal impossible incomplete inconsistent incorrect insecure insufficient internal
    invalid irrelevant known known late leaked literally local locked lost mandatory mine missing
    mixed null ok okay old open optional outdated personal plain plaintext possible present private
    public random ready really required right safe saved secret secure sensitive sent short simple
    static strong stronger stuck suspicious temporary text there tough true unclear unique unknown
    unsafe unset useless vague valid weak well whatever wrong yours numeric alphanumeric identical
    written longer shorter long part half case-insensitive permanent hunted broken stolen kept hash
    abgelaufen falsch gesperrt kurz lang leer neu alt gleich sicher unsicher schwach stark ungültig
    gültig weg da anders bekannt unbekannt richtig geheim pflicht optional notwendig nötig einfach
    verloren wichtig defekt kaputt abgelaufen zufällig lokal privat korrekt
    faux fausse court courte long longue vide nouveau ancien même sûr faible fort invalide valide
    perdu incorrect correct obligatoire nécessaire secret différent simple facile requis bon mauvais
    correcta correcto incorrecta incorrecto falsa falso corta corto larga largo vacía vacío nueva
    nuevo vieja viejo misma mismo segura seguro débil fuerte inválida válida válido errónea
    obligatoria necesaria obligatorio secreta única diferente fácil difícil incorreto errada errado
    sbagliata sbagliato corta corto lunga lungo vuota nuova nuovo vecchia stessa sicura sicuro debole
    forte valida valido errata errato obbligatoria necessaria segreta diversa facile difficile giusta
    curta curto longa longo vazia nova novo velha mesma segura fraca forte inválida válida obrigatória
    necessária secreta diferente certa correta
    fout juist kort lang leeg nieuw oud hetzelfde veilig onveilig zwak sterk ongeldig geldig kwijt weg
    verplicht nodig geheim anders onbekend bekend correct incorrect verlopen vereist
    """.split()  # noqa: SIM905  a list of words reads best as text
)

# Ends of participles and adjectives in each language, by a copula of it.
PARTICIPLES = {
    "en": r"(?:ed|ing|able|ible|ful|less|ous|ive|ent|ant|ly|ory|ary|ical|wn|den)",
    "de": r"(?:bar|lich|ig|isch|los|t|en|ern|haft|sam)",
    "fr": r"(?:é|ée|és|ées|able|ible|eux|euse|if|ive|ant|ent|i|ie|u|ue|is|it|oire|aire|al|ale)",
    "es": r"(?:[aio]d[oa]|ble|nte|os[oa]|iv[oa]|ri[oa]|ct[oa]|st[oa]|rt[oa]|it[oa]|al|ic[oa])",
    "it": r"(?:[aiu]t[oa]|bile|nte|os[oa]|iv[oa]|ri[oa]|tt[oa]|st[oa]|rt[oa]|s[oa]|ale|ic[oa])",
    "pt": r"(?:[ai]d[oa]|vel|nte|os[oa]|iv[oa]|ri[oa]|t[oa]|al|ic[oa])",
    "nl": r"(?:d|t|en|baar|lijk|ig|loos|isch|zaam)",
}

# Values that stand for a password in an example or a schema.
PLACEHOLDERS = frozenset(
    """null none nil true false yes no required optional string str text undefined empty unset varchar
    bool boolean int integer char object array any password passwort secret token changeme hidden n/a
    na tbd todo """.split()  # noqa: SIM905  a list of words reads best as text
)

# Plural labels, which introduce a sentence about passwords in general.
PLURALS = (
    r"passwords|passwörter|kennwörter|mots[ ]de[ ]passe|contrase[nñ]as|claves|senhas|wachtwoorden"
    r"|tokens|secrets|codes|codici|c[oó]digos|pins|passcodes|passphrases|paswoorden"
)
