### The audit trail

audit-intro = 谁在何时做了什么。只能追加，管理员也不能修改。
audit-whole = 记录完整：{ $count } 条，编号与校验链连续。
audit-broken = 记录在第 { $seq } 条处中断：有条目缺失或被改动。
audit-entries = 记录
audit-number = 编号
audit-time = 时间
audit-who = 何人
audit-what = 何事
audit-target = 对象
audit-outcome = 结果
audit-address = 来源地址
audit-earlier = 更早的记录
audit-done = 完成
audit-denied = 拒绝
audit-failed = 失败
audit-sign-in = 登录
audit-sign-out = 退出
audit-denied-attempt = 越权尝试
audit-account-created = 创建账号
audit-account-closed = 关闭账号
audit-posts-changed = 岗位变动
audit-password-changed = 更改密码
audit-export = 导出
