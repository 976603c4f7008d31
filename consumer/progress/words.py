"""What progress says, per language: tool names of the Claude CLI in people's words."""

from typing import Literal

Language = Literal["en", "zh"]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "waiting": "Waiting for my turn…",
        "thinking": "Thinking…",
        "writing": "Writing…",
        "retrying": "The model is busy, trying again…",
        "tool": "Using a tool…",
        "mcp": "Asking a connected service…",
        "Bash": "Running a command…",
        "Read": "Reading a file…",
        "Glob": "Looking for files…",
        "Grep": "Searching files…",
        "Write": "Writing a file…",
        "Edit": "Editing a file…",
        "NotebookEdit": "Editing a notebook…",
        "WebSearch": "Searching the web…",
        "WebFetch": "Reading a web page…",
        "Task": "Working on a part of it…",
        "Agent": "Working on a part of it…",
        "TodoWrite": "Planning…",
        "steps": "{count} steps",
        "seconds": "{seconds} s",
        "minutes": "{minutes} min {seconds} s",
    },
    "zh": {
        "waiting": "排队等候中…",
        "thinking": "思考中…",
        "writing": "撰写中…",
        "retrying": "模型繁忙，正在重试…",
        "tool": "正在使用工具…",
        "mcp": "正在查询已连接的服务…",
        "Bash": "正在运行命令…",
        "Read": "正在阅读文件…",
        "Glob": "正在查找文件…",
        "Grep": "正在搜索文件…",
        "Write": "正在写文件…",
        "Edit": "正在修改文件…",
        "NotebookEdit": "正在修改笔记本…",
        "WebSearch": "正在搜索网络…",
        "WebFetch": "正在阅读网页…",
        "Task": "正在处理其中一部分…",
        "Agent": "正在处理其中一部分…",
        "TodoWrite": "正在规划…",
        "steps": "{count} 步",
        "seconds": "{seconds} 秒",
        "minutes": "{minutes} 分 {seconds} 秒",
    },
}
