"""The keys of budgets: what was used of them, and what running turns have set aside."""

from shared.keys.tag import Tag


class BudgetKeys(Tag):
    """What budgets have used, by bot and by whose budget it is; their names hold numbers only."""

    __slots__ = ()

    def budget(self, bot_id: str, scope: str, subject: str, per: str, begins_s: int) -> str:
        """Hash: what was used of one budget since `begins_s`, and is set aside; its bounds."""
        return self.named("budget", bot_id, scope, subject, per, begins_s)

    def budgets(self, bot_id: str) -> str:
        """Zset of a bot's `budget` keys: ms at which each begins anew."""
        return self.named("budgets", bot_id)

    def budget_turn(self, job_id: str) -> str:
        """Hash: what the running turn of a message has set aside, and of which budgets."""
        return f"{self.budget_turn_prefix}{job_id}"

    @property
    def budget_turn_prefix(self) -> str:
        """What the keys of `budget_turn` begin with."""
        return self.named("budget-turn", "")

    @property
    def budget_turns(self) -> str:
        """Zset of the job ids of those: ms at which each is taken for dead."""
        return self.named("budget-turns")

    def budget_mean(self, bot_id: str) -> str:
        """Hash: tokens and millionths of a US dollar that a turn of this bot uses, on average."""
        return self.named("budget-mean", bot_id)

    def budget_told(self, bot_id: str, person: str, budget: str) -> str:
        """Job id of the message whose writer was told that this budget is used up."""
        return self.named("budget-told", bot_id, person, budget.removeprefix(self.tag + ":"))
