"""Words that nearly every text holds, English and German: in a question they ask for nothing."""

_LISTED = """
a about after all am an and any are as at be been but by can could did do does for from get
had has have how i if in into is it its long many may me much must my need no not of on or our
please should so tell that the their them then there these they this to us was we were what
when where which who whom whose why will with would you your
aber alle als am an auch auf aus bei bin bis bitte da darf das dass dem den denn der des die
dies diese dieser dieses doch du durch ein eine einem einen einer eines er es fur gibt haben
hat hatte ich ihr im in ist ja kann kein keine lange man mein meine mich mir mit muss nach nicht
noch nur ob oder ohne seit sich sie sind so uber um und uns unser unsere viel viele vom von vor
wann war waren warum was weil welche welcher welches wenn wer werden wie wieviel wir wird wo
wozu zu zum zur
"""
STOP_WORDS = frozenset(_LISTED.split())
"""As `words` makes them: without case and accents."""
