"""The stand-in for Anthropic's Messages API: the real CLI talks to it; words steer its answer.

The words stand alone on a line of the last message a person typed (a leading mention or
`Name:` is fine); several are joined with `;`, such as `slow 3; long 20000`.

    slow 3               take 3 seconds over the answer, half of them before its first word
    long 20000           answer with that many characters
    tool Bash echo hi    call a tool, then answer with its result (again for each `tool`);
                         instead of words a JSON object gives the whole input
    loop Bash echo hi    call that tool for ever (for the limit on model calls)
    error 529            answer with that HTTP status (400 401 403 404 413 429 500 502 503 529),
                         always; `error 529 twice`, `error 529 5 times`: then succeed
    reset                close the connection without a word; `reset once`: then succeed
    refused              the model refuses (stop_reason refusal)
    hang                 accept the request and never answer
    cut                  break the stream in the middle of the answer; `cut twice`
    full 190000          report that many input tokens, as a full context would
    markdown             a sample with a heading, a table, a list, code and a link
    echo any words       answer with these words and nothing else

A call that it is told was approved it makes, with the input that it is told; where `forgetful`
stands in that it does not, and says that it did; `reworded` it writes in other words.

"What did I say first?" is answered by quoting. Anything else gets a friendly answer that
says it comes from a stand-in, and how many earlier messages of the person it was sent.
"""
