"""A Slack of our own on loopback, as strict as Slack is: for tests and benchmarks, offline.

    async with FakeSlack() as slack:                       # server.py
        bot = await BotProcess(slack, folder, "--kb", kb).connected()
        delivery = await slack.deliver("events_api", payloads.mention("<@U0BOT> hello"))
        (post,) = await slack.wait_call("chat.postMessage")
        assert delivery.attempts == 1 and post.problems == [] and post.pings == []

`slack.fail(method, Fault(...))` lets a call go wrong, `slack.links` renews, closes and cuts connections,
`slack.deliver_http(url, ...)` posts signed requests, and `Scene` has short ways to do all that. What Slack
would refuse is refused with Slack's code and why; what it takes but people would mind is in `problems`.
"""
