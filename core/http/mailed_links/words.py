"""What the pages of mailed links say, by locale and page."""

_ENGLISH = {
    "label": "Password",
    "hint": "At least 10 characters; a few words make a good one.",
    "missing": "This link is not complete; open it from the mail once more.",
    "failed": "The desk does not answer; try again in a moment.",
    "noscript": "This page needs JavaScript.",
}
_CHINESE = {
    "label": "密码",
    "hint": "至少 10 个字符；几个词的组合就很好。",
    "missing": "链接不完整；请从邮件中重新打开。",
    "failed": "服务暂时没有响应；请稍后重试。",
    "noscript": "此页面需要 JavaScript。",
}

WORDS: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "invitation": {
            **_ENGLISH,
            "title": "Welcome",
            "button": "Set the password and join",
            "done": "Done. You can sign in with your e-mail address and this password now.",
        },
        "password-reset": {
            **_ENGLISH,
            "title": "A new password",
            "button": "Set the password",
            "done": "Done. You can sign in with the new password now; every other session has ended.",
        },
    },
    "zh-Hans": {
        "invitation": {
            **_CHINESE,
            "title": "欢迎加入",
            "button": "设置密码并加入",
            "done": "设置完成。现在可以用邮箱和此密码登录。",
        },
        "password-reset": {
            **_CHINESE,
            "title": "设置新密码",
            "button": "设置密码",
            "done": "设置完成。现在可以用新密码登录；其他登录均已退出。",
        },
    },
}
